/// The kinds of lines that become market events.
public enum CaptureKind: Int, CaseIterable, Sendable {
  case depth, snapshot, trade, bookTicker
}

/// Why a line became no market event.
public enum CaptureDrop: Int, CaseIterable, Sendable {
  /// Not readable: see `CaptureLineError`.
  case malformed
  case unusedStream
  case otherInstrument
  /// A depth update that the book already contains.
  case staleDiff
  /// A depth update that waited for a snapshot which never came.
  case beforeSnapshot
  /// A depth update after a hole in the ids, with no snapshot to heal it.
  case afterHole
  /// A depth update pushed out of the full waiting room.
  case waitingRoomFull
  /// A snapshot older than the book.
  case staleSnapshot
  /// A snapshot that does not reach the first update waiting for it.
  case snapshotTooOld
  case duplicateTrade
  case lateTrade
  case duplicateTicker
  case lateTicker
  /// Stamped more than an hour after the line before, and the next line is not.
  case timeJump
  /// An id too far from the last of its stream, and the next one does not go on from it.
  case idJump
}

/// What became of the lines of a capture. At every moment `lines == used + dropped + waiting`; at the end
/// none waits.
public struct CaptureCounts: Equatable, Sendable {
  public internal(set) var lines = 0
  /// Depth updates held back until a snapshot comes.
  public internal(set) var waiting = 0
  /// Times the book's ids did not continue.
  public internal(set) var holes = 0
  /// Trade ids never seen.
  public internal(set) var missingTrades = 0
  /// Lines whose receive time was before the line's above; the market clock stood still for them.
  public internal(set) var clockStepsBack = 0
  /// Quantities of levels beyond the range, held at the largest.
  public internal(set) var quantitiesHeld = 0

  private var usedByKind = [Int](repeating: 0, count: CaptureKind.allCases.count)
  private var droppedByReason = [Int](repeating: 0, count: CaptureDrop.allCases.count)

  public init() {}

  public func used(_ kind: CaptureKind) -> Int { usedByKind[kind.rawValue] }
  public func dropped(_ reason: CaptureDrop) -> Int { droppedByReason[reason.rawValue] }

  public var used: Int { usedByKind.reduce(0, +) }
  public var dropped: Int { droppedByReason.reduce(0, +) }
  /// Every line has exactly one fate.
  public var areComplete: Bool { used + dropped + waiting == lines }

  mutating func use(_ kind: CaptureKind) { usedByKind[kind.rawValue] += 1 }
  mutating func drop(_ reason: CaptureDrop, count: Int = 1) { droppedByReason[reason.rawValue] += count }

  /// Stays at the largest number instead of overflowing: ids come from the file.
  mutating func missTrades(_ count: Int) {
    let (sum, overflow) = missingTrades.addingReportingOverflow(count)
    missingTrades = overflow ? .max : sum
  }

  mutating func hold() { waiting += 1 }
  mutating func useWaiting() {
    waiting -= 1
    use(.depth)
  }
  mutating func dropWaiting(_ reason: CaptureDrop, count: Int = 1) {
    waiting -= count
    drop(reason, count: count)
  }
}
