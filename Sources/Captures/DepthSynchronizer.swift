import ActorKit
import Trading

/// Joins depth updates to a snapshot by Binance's published rule, so that the book is exactly the venue's.
///
/// Updates wait until a snapshot comes. Those the snapshot contains (last id not above its own) are dropped;
/// the first one used must reach back to it, and each later one to the one before: on spot its first id is at
/// most one above the last id so far, on futures its `pu` is that id. (For the first after a snapshot futures
/// need only `pu` not above the snapshot's id: on quiet instruments the published `U <= lastUpdateId <= u`
/// may never hold.) Where an update does not continue there is a hole: the book is lost until another
/// snapshot. https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, "How to manage a
/// local order book".
public struct DepthSynchronizer: Sendable {
  /// What to do with a depth update now.
  public enum Outcome: Equatable, Sendable {
    /// Apply it to the book.
    case apply
    /// It waits for a snapshot.
    case waits
    case dropped(CaptureDrop)
    /// The book is no longer the venue's; the update waits for a snapshot.
    case lost
  }

  public enum SnapshotOutcome: Equatable, Sendable {
    /// Replace the book, then apply every update that `nextWaiting` gives.
    case replace
    case dropped(CaptureDrop)
  }

  /// Updates that can wait, and their levels. When either is exceeded the older half is dropped.
  public static let mostWaiting = 1_000
  public static let mostWaitingLevels = 200_000

  private enum State: Equatable {
    /// No book.
    case none
    /// A snapshot of this id, and no update since.
    case snapshot(Int64)
    /// Updates up to this id.
    case following(Int64)
  }

  private struct Waiting {
    var update: DepthUpdate
    var bids: Int
    var asks: Int
  }

  private var state = State.none
  private var waiting: [Waiting] = []
  private var levels: [BookLevel] = []
  /// How far `nextWaiting` has got: both are zero when none is being given out.
  private var nextIndex = 0
  private var nextLevel = 0
  private var hadBook = false
  private var leaps = LeapCheck()
  /// When the recorder got the last update or snapshot that was taken.
  private var newestNanos = Int64.min

  public init() {}

  /// A book that continues the venue's exists.
  public var isSynchronized: Bool { state != .none }

  /// The id up to which the book is known.
  public var lastUpdateId: Int64? {
    switch state {
    case .none: nil
    case .snapshot(let id), .following(let id): id
    }
  }

  public mutating func take(
    _ update: DepthUpdate, bids: [BookLevel], asks: [BookLevel], counts: inout CaptureCounts
  ) -> Outcome {
    precondition(nextIndex == 0, "updates still wait to be applied")
    guard let last = lastUpdateId else { return wait(update, bids, asks, &counts) }
    let step = leaps.judge(UInt64(clamping: update.finalUpdateId), last: UInt64(clamping: last))
    if step == .doubted {
      counts.drop(.idJump)
      return .dropped(.idJump)
    }
    guard step == .confirmed || update.finalUpdateId > last else {
      counts.drop(.staleDiff)
      return .dropped(.staleDiff)
    }
    guard step == .near, continues(update) else {
      lose(&counts)
      hold(update, bids, asks, &counts)
      return .lost
    }
    state = .following(update.finalUpdateId)
    newestNanos = update.receiveNanos
    counts.use(.depth)
    return .apply
  }

  public mutating func take(_ snapshot: DepthSnapshot, counts: inout CaptureCounts) -> SnapshotOutcome {
    let known = lastUpdateId ?? waiting.last?.update.finalUpdateId
    let elapsed = snapshot.receiveNanos.saturatingSubtract(newestNanos)
    if let known, isLeap(snapshot.lastUpdateId, from: known, elapsedNanos: elapsed) {
      counts.drop(.idJump)
      return .dropped(.idJump)
    }
    if let last = lastUpdateId, snapshot.lastUpdateId <= last {
      counts.drop(.staleSnapshot)
      return .dropped(.staleSnapshot)
    }
    let before = state
    state = .snapshot(snapshot.lastUpdateId)
    let first = waiting.first { $0.update.finalUpdateId > snapshot.lastUpdateId }
    if let first, !continues(first.update) {
      state = before
      counts.drop(.snapshotTooOld)
      return .dropped(.snapshotTooOld)
    }
    hadBook = true
    newestNanos = snapshot.receiveNanos
    counts.use(.snapshot)
    return .replace
  }

  /// After `.replace`: the next update that waited and belongs on the book, its levels put into the arrays;
  /// nil when there is no more. When the waiting ones have a hole themselves the book is lost again: see
  /// `isSynchronized`.
  public mutating func nextWaiting(
    bids: inout [BookLevel], asks: inout [BookLevel], counts: inout CaptureCounts
  ) -> DepthUpdate? {
    while nextIndex < waiting.count, let last = lastUpdateId {
      let next = waiting[nextIndex]
      guard next.update.finalUpdateId > last else {
        skip(next)
        counts.dropWaiting(.staleDiff)
        continue
      }
      guard continues(next.update) else {
        lose(&counts)
        break
      }
      bids.removeAll(keepingCapacity: true)
      asks.removeAll(keepingCapacity: true)
      bids.append(contentsOf: levels[nextLevel..<nextLevel + next.bids])
      asks.append(contentsOf: levels[nextLevel + next.bids..<nextLevel + next.bids + next.asks])
      skip(next)
      state = .following(next.update.finalUpdateId)
      counts.useWaiting()
      return next.update
    }
    forget(nextIndex, nextLevel)
    return nil
  }

  /// No more lines: what still waits is dropped.
  public mutating func finish(counts: inout CaptureCounts) {
    counts.dropWaiting(hadBook ? .afterHole : .beforeSnapshot, count: waiting.count)
    forget(waiting.count, levels.count)
  }
}

extension DepthSynchronizer {
  /// The update, known to be newer than the book, starts where the book ends.
  private func continues(_ update: DepthUpdate) -> Bool {
    switch state {
    case .none: false
    case .snapshot(let id):
      // Subtracted from the update's side, which cannot overflow: ids are not negative.
      update.previousFinalUpdateId.map { $0 <= id } ?? (update.firstUpdateId - 1 <= id)
    case .following(let id):
      update.previousFinalUpdateId.map { $0 == id } ?? (update.firstUpdateId - 1 <= id)
    }
  }

  /// A snapshot is no part of a stream that could go on from it: one that leaps is only refused. When the
  /// venue does number anew, its updates say so, and the next snapshot finds them waiting.
  private func isLeap(_ id: Int64, from known: Int64, elapsedNanos: Int64) -> Bool {
    // Ids are not negative, so the distance fits.
    let distance = (id - known).magnitude
    return distance > LeapCheck.mostGap
      || distance > LeapCheck.mostStep && elapsedNanos < LeapCheck.stepNanos
  }

  /// Without a book: the update waits for a snapshot, unless it leaps from those that wait already.
  private mutating func wait(
    _ update: DepthUpdate, _ bids: [BookLevel], _ asks: [BookLevel], _ counts: inout CaptureCounts
  ) -> Outcome {
    if let last = waiting.last?.update.finalUpdateId {
      switch leaps.judge(UInt64(clamping: update.finalUpdateId), last: UInt64(clamping: last)) {
      case .near: break
      case .doubted:
        counts.drop(.idJump)
        return .dropped(.idJump)
      case .confirmed:
        counts.dropWaiting(.afterHole, count: waiting.count)
        forget(waiting.count, levels.count)
      }
    }
    hold(update, bids, asks, &counts)
    return .waits
  }

  private mutating func lose(_ counts: inout CaptureCounts) {
    state = .none
    counts.holes += 1
  }

  private mutating func hold(
    _ update: DepthUpdate, _ bids: [BookLevel], _ asks: [BookLevel], _ counts: inout CaptureCounts
  ) {
    let isFull =
      waiting.count == DepthSynchronizer.mostWaiting
      || levels.count + bids.count + asks.count > DepthSynchronizer.mostWaitingLevels
    if isFull {
      let half = (waiting.count + 1) / 2
      let halfLevels = waiting[..<half].reduce(0) { $0 + $1.bids + $1.asks }
      forget(half, halfLevels)
      counts.dropWaiting(.waitingRoomFull, count: half)
    }
    newestNanos = update.receiveNanos
    waiting.append(Waiting(update: update, bids: bids.count, asks: asks.count))
    levels.append(contentsOf: bids)
    levels.append(contentsOf: asks)
    counts.hold()
  }

  private mutating func skip(_ update: Waiting) {
    nextIndex += 1
    nextLevel += update.bids + update.asks
  }

  private mutating func forget(_ updates: Int, _ levelCount: Int) {
    waiting.removeFirst(updates)
    levels.removeFirst(levelCount)
    nextIndex = 0
    nextLevel = 0
  }
}
