import ActorKit
import Records

/// Callers who wait for journal rows, served in turn. Bound: `capacity`; more are dropped and counted, and
/// ask again.
///
/// One request is in work at a time: its rows are asked for, come, and leave as parts; what the driver says
/// of the parts decides where it goes on.
package struct ReplayQueue {
  package struct Request: Equatable {
    package var route: UInt32
    package var correlation: Correlation
    /// Rows after this one; moves on with what is sent.
    package var after: Int64
    package var rowsLeft: Int
    package var bytesLeft = ReplayQueue.maxBytes
    package var triesLeft = ReplayQueue.maxTries

    package init(route: UInt32, correlation: Correlation, after: Int64, rowsLeft: Int) {
      (self.route, self.correlation, self.after, self.rowsLeft) = (route, correlation, after, rowsLeft)
    }
  }

  package typealias Row = (row: JournalRow, body: [UInt8])

  package static let capacity = 16
  /// Bound of one answer: rows, and bytes of frames; the part that reaches it is the last.
  package static let maxRows = 256
  package static let maxBytes = 48 << 10
  /// Bound of one turn, in rows. The rest of the answer comes in later turns.
  package static let rowsPerTurn = 64
  /// A caller whose queue is full is tried again so often, after this pause each, then dropped.
  package static let maxTries = 200
  package static let pauseNanos: Int64 = 5 * .nanosPerMilli
  /// The longest fact that one frame holds beside the rest of it.
  package static let maxBody = 60_000

  private enum Work {
    case none
    case asked(Request)
    case read(Request, [Row])
    /// The request as it stands when all parts leave, and each part's row and bytes.
    case sent(Request, isDone: Bool, parts: [(row: Int64, bytes: Int)])
  }

  package init() {}

  private var waiting: ArraySlice<Request> = []
  private var work = Work.none
  private var nextBootNanos = Int64.min

  /// When somebody is to be served, boot clock.
  package var dueBootNanos: Int64 {
    switch work {
    case .none, .sent(_, isDone: true, _): waiting.isEmpty ? .max : nextBootNanos
    case .sent(_, isDone: false, _): nextBootNanos
    case .read, .asked: .min
    }
  }

  /// False when too many wait already.
  package mutating func add(_ request: Request) -> Bool {
    guard waiting.count < Self.capacity else { return false }
    waiting.append(request)
    return true
  }

  /// Whose rows are to be read now.
  package mutating func next(atBootNanos now: Int64) -> Request? {
    if case .sent(let request, let isDone, _) = work {
      if !isDone { waiting.append(request) }
      work = .none
    }
    guard case .none = work, now >= nextBootNanos, let request = waiting.popFirst() else { return nil }
    nextBootNanos = .min
    work = .asked(request)
    return request
  }

  /// Whose rows are being read.
  package var asked: Request? {
    if case .asked(let request) = work { request } else { nil }
  }

  /// The rows have been read; none where they cannot be, and then no part answers.
  package mutating func take(_ rows: [Row]) {
    guard case .asked(let request) = work else { return }
    work = rows.isEmpty ? .none : .read(request, rows)
  }

  /// What was read and not yet sent.
  package var answer: (request: Request, rows: [Row])? {
    if case .read(let request, let rows) = work { (request, rows) } else { nil }
  }

  /// The parts are on their way.
  package mutating func sent(_ request: Request, isDone: Bool, parts: [(row: Int64, bytes: Int)]) {
    work = .sent(request, isDone: isDone, parts: parts)
  }

  /// A part did not leave, and none of those after it. A caller whose queue is full gets the rest when it has
  /// taken in some; one that has gone, nothing.
  package mutating func noteRefused(row: Int64, _ reason: NotSent, atBootNanos now: Int64) {
    guard case .sent(var request, _, let parts) = work,
      let first = parts.firstIndex(where: { $0.row == row })
    else { return }
    guard reason == .backPressured, request.triesLeft > 0 else { return work = .none }
    request.triesLeft = first > 0 ? Self.maxTries : request.triesLeft - 1
    if row > 0 {
      request.after = row - 1
      request.rowsLeft += parts.count - first
      request.bytesLeft += parts[first...].reduce(0) { $0 + $1.bytes }
    }
    nextBootNanos = now + Self.pauseNanos
    work = .sent(request, isDone: false, parts: Array(parts[..<first]))
  }
}
