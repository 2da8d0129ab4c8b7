import ActorKit
import HostKit
import Testing

/// Who is believed to be a peer.
@Suite struct PeerRecordTests {
  private static let second: Int64 = .nanosPerSecond
  /// 2026, as seconds of the wall clock.
  private static let wallSecond: UInt32 = 1_790_000_000
  private static let wall = Int64(wallSecond) * second

  private static func lineage(_ ageSeconds: Int64) -> UInt64 { UInt64(wall - ageSeconds * second) }

  private static func judge(
    _ record: PeerRecord, _ lineage: UInt64, _ epoch: UInt32, isOpen: Bool = false, at seconds: Int64
  ) -> PeerRecord.Verdict {
    record.judge(
      PeerIdentity(lineage: lineage, epoch: epoch), isOpen: isOpen, atBootNanos: seconds * second,
      wallNanos: wall)
  }

  private static func known(_ epoch: UInt32 = 8) -> PeerRecord {
    PeerRecord(known: PeerIdentity(lineage: lineage(100), epoch: epoch), startedAtBootNanos: 0)
  }

  @Test func withinALineageTheEpochRisesByNoMoreThanRestartsExplain() {
    let record = Self.known()
    let own = Self.lineage(100)
    #expect(Self.judge(record, own, 7, at: 1) == .oldEpoch)
    #expect(Self.judge(record, own, 0, at: 1) == .oldEpoch)
    for epoch in [8, 9, 1_008, Self.wallSecond, Self.wallSecond + 60] {
      #expect(Self.judge(record, own, epoch, at: 1) == .believed)
    }
    for epoch in [Self.wallSecond + 61, .max - 1, .max] {
      #expect(Self.judge(record, own, epoch, at: 1) == .epochJump)
      #expect(Self.judge(PeerRecord(startedAtBootNanos: 0), own, epoch, at: 1) == .epochJump)
    }
    #expect(Self.judge(Self.known(.max - 500), own, .max, at: 1) == .believed)
  }

  @Test func anotherLineageIsTakenOnlyWhenTheKnownOneIsAwayAndItIsYounger() {
    let record = Self.known()
    #expect(Self.judge(record, Self.lineage(50), 1, at: 10) == .wrongLineage, "held back from our start")
    #expect(Self.judge(record, Self.lineage(50), 1, at: 11) == .believed)
    #expect(Self.judge(record, Self.lineage(101), 900, at: 3_600) == .wrongLineage, "an older one never")
    #expect(Self.judge(record, 0, 900, at: 3_600) == .wrongLineage, "nor one that tells none")
    #expect(Self.judge(record, Self.lineage(-60), 1, at: 11) == .believed)
    #expect(Self.judge(record, Self.lineage(-61), 1, at: 11) == .wrongLineage, "nor one from the future")
    var heard = record
    heard.heard(atBootNanos: 100 * Self.second)
    #expect(Self.judge(heard, Self.lineage(50), 1, at: 110) == .wrongLineage)
    #expect(Self.judge(heard, Self.lineage(50), 1, at: 111) == .believed)
  }

  @Test func whoHasOnlySaidHelloStandsInNobodysWay() {
    var record = Self.known()
    let stranger = PeerIdentity(lineage: Self.lineage(50), epoch: Self.wallSecond)
    record.admit(stranger, atBootNanos: 20 * Self.second)
    #expect(record.known?.epoch == 8)
    #expect(Self.judge(record, Self.lineage(100), 8, isOpen: true, at: 21) == .believed, "the known one")
    #expect(Self.judge(record, Self.lineage(100), 9, isOpen: true, at: 21) == .believed)
    #expect(Self.judge(record, Self.lineage(60), 1, isOpen: true, at: 21) == .wrongLineage)
    #expect(Self.judge(record, Self.lineage(60), 1, isOpen: false, at: 23) == .believed)
    // Of its own lineage an epoch that only Hello has told is forgotten like the rest.
    #expect(Self.judge(record, stranger.lineage, 2, at: 21) == .oldEpoch)
    #expect(Self.judge(record, stranger.lineage, 2, at: 31) == .believed)
    record.confirm(atBootNanos: 40 * Self.second)
    #expect(record.known == stranger)
    #expect(Self.judge(record, Self.lineage(100), 9, at: 3_600) == .wrongLineage)
  }
}
