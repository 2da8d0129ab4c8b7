import ActorKit
import HostKit
import Records
import Testing
import Trading

/// Who asks for rows gets each once and in order, however often the way to them is blocked.
@Suite struct ReplayQueueTests {
  private static func rows(_ request: ReplayQueue.Request, through last: Int64) -> [ReplayQueue.Row] {
    (request.after + 1...last).prefix(4).map {
      let row = JournalRow(
        sequence: $0, epoch: 1, atNanos: 0, kind: 1, correlationHigh: 0, correlationLow: 0)
      return (row, [])
    }
  }

  @Test(arguments: 0..<50) func everyRowLeavesOnceThoughPartsAreRefused(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var queue = ReplayQueue()
    let asked = queue.add(ReplayQueue.Request(route: 1, correlation: .none, after: 0, rowsLeft: 20))
    #expect(asked)
    var left: [Int64] = []
    var now: Int64 = 0
    while left.last != 20 {
      now += ReplayQueue.pauseNanos
      try #require(now < 10_000 * ReplayQueue.pauseNanos, "rows \(left) after so long, seed \(seed)")
      guard let request = queue.next(atBootNanos: now) else { continue }
      queue.take(Self.rows(request, through: 20))
      var (sent, answer) = try #require(queue.answer)
      let parts = answer.map { (row: $0.row.sequence, bytes: 100) }
      sent.after = answer.last?.row.sequence ?? sent.after
      sent.rowsLeft -= answer.count
      sent.bytesLeft -= 100 * answer.count
      queue.sent(sent, isDone: sent.after == 20, parts: parts)
      let refused = random.next() % 3 == 0 ? Int(random.next() % UInt64(parts.count)) : parts.count
      for part in parts[refused...] { queue.noteRefused(row: part.row, .backPressured, atBootNanos: now) }
      answer.removeSubrange(refused...)
      left += answer.map(\.row.sequence)
    }
    #expect(left == Array(1...20), "seed \(seed)")
    let rest = queue.next(atBootNanos: .max)
    #expect(rest == nil, "nothing is left to do, seed \(seed)")
  }

  @Test func whoHasGoneGetsNothingMore() throws {
    var queue = ReplayQueue()
    let asked = queue.add(ReplayQueue.Request(route: 1, correlation: .none, after: 0, rowsLeft: 8))
    #expect(asked)
    let next = queue.next(atBootNanos: 0)
    let request = try #require(next)
    queue.take(Self.rows(request, through: 8))
    queue.sent(request, isDone: false, parts: [(row: 1, bytes: 1), (row: 2, bytes: 1)])
    queue.noteRefused(row: 1, .noPeer, atBootNanos: 0)
    let rest = queue.next(atBootNanos: .max)
    #expect(rest == nil)
  }
}
