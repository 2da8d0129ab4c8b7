import ActorKit
import Platform

/// A look at the start of a recording, before anything of it is used.
struct CaptureSurvey: Equatable {
  /// Receive time of the first readable line, or of the next one where it alone is far from those that
  /// follow.
  var firstNanos: Int64? {
    let near = times.first { time in
      times.count { abs($0.saturatingSubtract(time)) <= CaptureReader.mostAheadNanos } > 1
    }
    return near ?? times.first
  }
  /// Of the first readable lines, at most `mostTimes`.
  private var times: [Int64] = []
  var hasSnapshot = false
  var depthUpdates = 0
  /// Lines of the wanted instrument that name it, or name none.
  var wantedLines = 0
  var otherLines = 0

  /// Lines that may be unreadable before the file is refused.
  static let mostMalformedLines = 20
  /// Bytes of one line; a deep snapshot has about 300 KB.
  static let mostLineBytes = 4 << 20
  private static let mostLines = 20_000
  private static let mostTimes = 3

  /// Reads up to the first readable line, or with `searchingSnapshot` up to the first snapshot, within
  /// bounds.
  static func of(
    _ path: String, symbol: String, searchingSnapshot: Bool
  ) throws(CaptureError) -> CaptureSurvey {
    var survey = CaptureSurvey()
    var parser = CaptureLineParser(symbol: symbol)
    var firstError: CaptureLineError?
    var lines = 0
    do throws(LineReaderError) {
      var reader = try LineReader(path, maxLineBytes: mostLineBytes)
      while lines < mostLines, !survey.isDone(searchingSnapshot), try reader.next() {
        lines += 1
        let line = reader.line
        if case .malformed(let error) = survey.take(parser.parse(line.span), parser.receiveNanos) {
          firstError = firstError ?? error
        }
        if survey.firstNanos == nil, lines == mostMalformedLines { break }
      }
    } catch {
      throw .file(error)
    }
    guard lines > 0 else { throw .empty(path: path) }
    if let firstError, survey.firstNanos == nil {
      throw .notACapture(path: path, lines: lines, first: firstError)
    }
    guard survey.wantedLines > 0 || survey.otherLines == 0 else {
      throw .noSuchInstrument(path: path, symbol: symbol)
    }
    if searchingSnapshot, survey.depthUpdates > 0, !survey.hasSnapshot {
      throw .noSnapshot(path: path, depthUpdates: survey.depthUpdates)
    }
    return survey
  }

  private func isDone(_ searchingSnapshot: Bool) -> Bool {
    guard times.count == Self.mostTimes, wantedLines > 0 else { return false }
    return !searchingSnapshot || hasSnapshot || depthUpdates >= DepthSynchronizer.mostWaiting
  }

  private mutating func take(_ event: CaptureEvent, _ receiveNanos: Int64) -> CaptureEvent {
    switch event {
    case .malformed: return event
    case .otherInstrument: otherLines += 1
    case .depth:
      depthUpdates += 1
      wantedLines += 1
    case .snapshot: hasSnapshot = true
    case .trade, .bookTicker: wantedLines += 1
    case .unused: break
    }
    if times.count < Self.mostTimes { times.append(receiveNanos) }
    return event
  }
}
