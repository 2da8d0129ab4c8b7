import Relay
import Testing
import Wire

/// What a relay counts, from frames made by hand.
@Suite struct RelayLedgerTests {
  private static let topic = Array("colony.heartbeat.2.".utf8)

  private func carry(_ ledger: inout RelayLedger, _ body: [UInt8], at now: Int64 = 1, isWanted: Bool = true) {
    ledger.carry(Self.topic.span.bytes, body.span.bytes, atBootNanos: now) { _ in isWanted }
  }

  @Test("Every message of a numbered topic that is left out is counted as missed, and no other")
  func missing() {
    var random = Seeded()
    for _ in 0..<200 {
      var ledger = RelayLedger(publishers: [1, 2], queen: 1)
      let count = UInt64.random(in: 2...60, using: &random)
      let left = (1...count).filter { $0 != 1 && $0 != count && Bool.random(using: &random) }
      for sequence in 1...count where !left.contains(sequence) {
        carry(&ledger, Frames.beat(2, sequence: sequence))
        // What comes again or late is not missing a second time.
        if Bool.random(using: &random) { carry(&ledger, Frames.beat(2, sequence: sequence)) }
      }
      #expect(ledger.framesMissed == UInt64(left.count), Seeded.hint)
      #expect(ledger.publishers.map(\.framesMissed) == [0, UInt64(left.count)], Seeded.hint)
    }
  }

  @Test("A new incarnation, a snapshot and the end of a subscription are no gap")
  func noGap() {
    var ledger = RelayLedger(publishers: [2], queen: 1)
    carry(&ledger, Frames.beat(2, sequence: 1))
    carry(&ledger, Frames.beat(2, epoch: 2, sequence: 9))
    carry(&ledger, Frames.beat(2, epoch: 2, sequence: 500, flags: .snapshot))
    carry(&ledger, Frames.beat(2, epoch: 2, sequence: 10))
    #expect(ledger.framesMissed == 0)
    ledger.forgetNumbers()
    // Still under way when its subscription ended: no beginning of a count.
    carry(&ledger, Frames.beat(2, epoch: 2, sequence: 11), isWanted: false)
    carry(&ledger, Frames.beat(2, epoch: 2, sequence: 50))
    #expect(ledger.framesMissed == 0)
    carry(&ledger, Frames.beat(2, epoch: 2, sequence: 52))
    #expect(ledger.framesMissed == 1)
  }

  @Test("A number that leaps beyond belief counts nothing, and no number can trap")
  func leaps() {
    var ledger = RelayLedger(publishers: [2], queen: 1)
    for sequence: UInt64 in [1, .max, 1, .max - 1, 0, 1 << 63, .max] {
      carry(&ledger, Frames.beat(2, sequence: sequence))
      carry(&ledger, Frames.beat(2, epoch: .max, sequence: sequence))
    }
    #expect(ledger.framesMissed <= 1)
    #expect(ledger.framesCarried == 14)
  }

  @Test("Frames and bytes are counted whoever sent them, and by publisher with the time of the last")
  func counts() {
    var ledger = RelayLedger(publishers: [5, 2], queen: 2)
    carry(&ledger, Frames.beat(2, sequence: 1), at: 10)
    carry(&ledger, Frames.beat(2, sequence: 2), at: 30)
    carry(&ledger, Frames.beat(99, sequence: 1), at: 40)
    carry(&ledger, [1, 2, 3], at: 50)
    carry(&ledger, [], at: 60)
    #expect(ledger.framesCarried == 5)
    let beatBytes = Frames.beat(2, sequence: 1).count
    #expect(ledger.bytesCarried == UInt64(5 * Self.topic.count + 3 * beatBytes + 3))
    #expect(ledger.framesUnread == 2)
    #expect(ledger.publishers.map(\.number) == [2, 5])
    #expect(ledger.publishers.map(\.framesCarried) == [2, 0])
    #expect(ledger.publishers.map(\.lastBootNanos) == [30, nil])
  }

  @Test("Only the queen's own beat says that she is finished")
  func queen() {
    var ledger = RelayLedger(publishers: [2, 6], queen: 6)
    carry(&ledger, Frames.beat(2, sequence: 1, state: .finished))
    #expect(!ledger.isQueenFinished)
    carry(&ledger, Frames.beat(6, sequence: 1, state: .finished))
    #expect(ledger.isQueenFinished)
    carry(&ledger, Frames.beat(6, epoch: 2, sequence: 1))
    #expect(!ledger.isQueenFinished)
  }

  @Test("A relay whose queen has finished may leave after the grace, one that hears nobody after the silence")
  func end() {
    let second: Int64 = 1_000_000_000
    var end = RelayEnd()
    let answers = [(true, 0), (true, 2), (true, 3), (false, 5), (true, 7)].map { isFinished, now in
      end.isDue(isQueenFinished: isFinished, lastHeardBootNanos: 0, atBootNanos: Int64(now) * second)
    }
    // At last she has come back meanwhile: the grace begins anew.
    #expect(answers == [false, false, true, false, false])
    var unheard = RelayEnd()
    let neverHeard = unheard.isDue(
      isQueenFinished: false, lastHeardBootNanos: nil, atBootNanos: 9_999 * second)
    let longAgo = unheard.isDue(
      isQueenFinished: false, lastHeardBootNanos: 0, atBootNanos: 99_999 * second)
    #expect(!neverHeard && longAgo)
  }
}
