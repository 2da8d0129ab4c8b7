import ActorKit
import Colony
import Foundation
import JournalStore
import Records
import Platform
import Testing
import Wire

/// Journal rows over the control port of a component that holds its journal.
@Suite struct ReplayTests {
  private static let rows: UInt64 = 700

  /// A component with `rows` facts that lives on.
  private static func runWithRows(_ folder: HostFolder) throws -> RunningReactor {
    var plan = Probe.Plan(sendsTo: 1, sends: rows)
    plan.isDurable = true
    plan.burst = 100
    plan.stopsAfterSending = rows
    // Whoever connects to the second life must not meet the first, whose sockets take a while to close.
    var first = folder.client
    first.controlEndpoint += "1"
    _ = try RunningReactor(first, plan).wait()
    plan.sends = 0
    plan.stopsAfterSending = nil
    return RunningReactor(folder.client, plan)
  }

  private struct Part {
    var row: UInt64
    var last: UInt64
    var epoch: UInt32
    var kind: UInt32
    var bytes: [UInt8]
    var frameBytes: Int
  }

  private static func part(_ frame: [UInt8], id: UInt64) throws -> Part {
    guard case .replayPart(let part) = Inbound(frame.span.bytes) else {
      throw ControlProblem.notAResult(frame.count)
    }
    #expect(part.envelope.correlation == Correlation(high: 5, low: id))
    return Part(
      row: part.rowSequence, last: part.lastSequence, epoch: part.rowEpoch, kind: part.kind,
      bytes: part.bytes.copiedBytes(), frameBytes: frame.count)
  }

  private static func request(after: UInt64, atMost: UInt32, id: UInt64) -> [UInt8] {
    let request = ReplayRequest(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 5, low: id)), afterSequence: after,
      atMost: atMost)
    var frames = FrameWriter(capacity: 1_024)
    request.encode(into: &frames)
    return frames.bytes.copiedBytes()
  }

  @Test func partsComeInOrderUpToTheBoundOfTheRequest() throws {
    let folder = try HostFolder()
    let running = try Self.runWithRows(folder)
    let client = try ControlClient(folder.client.controlEndpoint)
    try client.send(Self.request(after: 30, atMost: 40, id: 1))
    for row in UInt64(31)...70 {
      let part = try Self.part(client.receive(), id: 1)
      #expect(part.row == row && part.last == Self.rows && part.kind == 2 && part.epoch == 1)
      #expect(part.bytes == withUnsafeBytes(of: row.littleEndian) { Array($0) })
    }
    // What follows is the next answer: nothing was sent beyond the bound. It is bounded itself.
    try client.send(Self.request(after: 0, atMost: .max, id: 2))
    var bytes = 0
    var count: UInt64 = 0
    while count < 256 && bytes < 48 << 10 {
      let part = try Self.part(client.receive(), id: 2)
      count += 1
      bytes += part.frameBytes
      #expect(part.row == count)
    }
    try client.send(Self.request(after: Self.rows, atMost: 10, id: 3))
    let none = try Self.part(client.receive(), id: 3)
    #expect(none.row == 0 && none.last == Self.rows && none.bytes.isEmpty)
    try running.stop()
  }

  @Test func aPlainRequestSocketReadsRowByRow() throws {
    let folder = try HostFolder()
    let running = try Self.runWithRows(folder)
    let client = try ControlClient(folder.client.controlEndpoint, .req)
    for row in Self.rows - 2..<Self.rows {
      try client.send(Self.request(after: row, atMost: 1, id: row))
      #expect(try Self.part(client.receive(), id: row).row == row + 1)
    }
    try client.send(Self.request(after: .max, atMost: 1, id: 9))
    #expect(try Self.part(client.receive(), id: 9).row == 0)
    try running.stop()
  }

  @Test func manyReadersAtOnceGetEverythingAndTheComponentLivesOn() throws {
    let folder = try HostFolder()
    let running = try Self.runWithRows(folder)
    let patience = Int64(RunningReactor.patienceSeconds) * .nanosPerSecond
    for after in [Int64(0), 1, 333, Int64(Self.rows)] {
      let client = try ReplayClient(folder.client.controlEndpoint, patienceNanos: patience)
      var seen: [Int64] = []
      _ = try client.forEachRow(after: after) { row, _ in
        seen.append(row.sequence)
        return true
      }
      #expect(seen == Array(after + 1..<Int64(Self.rows) + 1))
    }
    // More than may wait: some are dropped, and a reader that asks again gets its rows.
    let crowd = try ControlClient(folder.client.controlEndpoint)
    for id in UInt64(1)...200 { try crowd.send(Self.request(after: 0, atMost: 256, id: id)) }
    let client = try ReplayClient(folder.client.controlEndpoint, patienceNanos: patience)
    var count = 0
    _ = try client.forEachRow(after: 0) { _, _ in
      count += 1
      return true
    }
    #expect(count == Int(Self.rows))
    #expect(try ControlClient(folder.client.controlEndpoint).ask(.status, id: 3).contains("\"b\""))
    try running.stop()
  }
}
