/// What became of the lines of a replayed recording.
///
/// Of each venue the last incarnation counts: one that is started again reads its recording from the first
/// line.
public struct CaptureSummary: Equatable, Sendable {
  public let lines: Int64
  /// Lines that became market events, by kind.
  public let used: [NamedCount]
  /// Lines that did not, by reason.
  public let dropped: [NamedCount]
  /// Depth updates still held back for a snapshot.
  public let waiting: Int64
  public let holes: Int64
  /// Times the feeds' books stood crossed after synchronisation.
  public let bookCrossings: Int64

  /// Every line read has exactly one fate, and none is still waiting.
  public var isComplete: Bool {
    waiting == 0 && (used + dropped).reduce(Int128(0)) { $0 + Int128($1.value) } == Int128(lines)
  }

  /// Nil when no recording was replayed.
  init?(_ totals: FigureTotals) {
    let last = FigureTotals(totals.components.filter { $0.kind == "venue" }.map(\.last))
    guard !last.family("capture.lines", withZeros: true).isEmpty else { return nil }
    lines = last.sum("capture.lines")
    used = last.family("capture.used.")
    dropped = last.family("capture.dropped.")
    waiting = last.sum("capture.waiting")
    holes = last.sum("capture.holes")
    bookCrossings = totals.sum("anomaly.crossedBook", kind: "feed")
  }
}
