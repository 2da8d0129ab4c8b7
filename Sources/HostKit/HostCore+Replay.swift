import ActorKit
import Records
import Wire

/// Journal rows for whoever asks: the file itself is locked while its component lives.
///
/// `ReplayRequest(afterSequence, atMost)` is answered by `ReplayPart`s under its correlation, in order. An
/// answer ends with the part that is the last row, or the `atMost`th (at most 256), or that brings its frames
/// to 48 KiB; when there is nothing after, with one part of row 0. Only stored rows are ever seen.
///
/// At most 64 rows a turn, after everything else was sent: a reader delays a turn by so much and no more, and
/// every turn takes in what has come before it goes on with an answer.
extension HostCore {
  mutating func takeReplay(_ request: ReplayRequest, route: UInt32) {
    let isQueued = replays.add(
      ReplayQueue.Request(
        route: route, correlation: request.envelope.correlation,
        after: Int64(clamping: request.afterSequence),
        rowsLeft: min(Int(request.atMost), ReplayQueue.maxRows)))
    if !isQueued { statistics.backPressured += 1 }
  }

  /// Sends what has been read, or asks the driver for the next rows of whoever's turn it is.
  mutating func answerReplay() {
    if let (request, rows) = replays.answer { return sendParts(rows, request) }
    guard let request = replays.next(atBootNanos: now.boot) else { return }
    let count = min(ReplayQueue.rowsPerTurn, request.rowsLeft)
    guard request.after < journal.lastRow, count > 0 else {
      let bytes = sendPart(nil, [], request)
      return replays.sent(request, isDone: true, parts: [(0, bytes)])
    }
    outgoing.add(.readRows(after: request.after, atMost: count))
    progress.owesTurn = true
  }

  /// The rows that were asked for, as far as they can be read. Where not even the first can be, `trouble`
  /// says why, and the reader is told.
  package mutating func takeRows(_ rows: [ReplayQueue.Row], trouble: String?) {
    kept.rows(rows, trouble: trouble)
    if rows.isEmpty, let trouble, let request = replays.asked {
      let refusal = ReplayRefused(
        envelope: Envelope(origin: 0, correlation: request.correlation),
        afterSequence: UInt64(clamping: request.after))
      let text = trouble.utf8.prefix(Self.maxTroubleBytes)
      sendHostFrame(toRoute: request.route) { refusal.encode(into: &$0, text: text) }
    }
    replays.take(rows)
  }

  /// Bound of what a reader is told; the log has all of it.
  private static var maxTroubleBytes: Int { 1_024 }

  private mutating func sendParts(_ rows: [ReplayQueue.Row], _ request: ReplayQueue.Request) {
    var request = request
    var parts: [(row: Int64, bytes: Int)] = []
    var isDone = false
    for (row, body) in rows where !isDone {
      let bytes = sendPart(row, body, request)
      parts.append((row.sequence, bytes))
      request.after = row.sequence
      request.rowsLeft -= 1
      request.bytesLeft -= bytes
      isDone = request.rowsLeft == 0 || request.bytesLeft <= 0 || row.sequence == journal.lastRow
    }
    replays.sent(request, isDone: isDone, parts: parts)
  }

  /// Its bytes.
  private mutating func sendPart(
    _ row: JournalRow?, _ body: [UInt8], _ request: ReplayQueue.Request
  ) -> Int {
    guard routes.route(request.route) != nil else {
      statistics.withoutPeer += 1
      return 0
    }
    let part = ReplayPart(
      envelope: Envelope(origin: 0, correlation: request.correlation),
      rowSequence: UInt64(row?.sequence ?? 0), rowEpoch: row?.epoch ?? 0, kind: UInt32(row?.kind ?? 0),
      atNanos: row?.atNanos ?? 0, lastSequence: UInt64(journal.lastRow))
    // No fact is that long. One that were is shown as a row without bytes rather than not at all.
    let bytes = body.count <= ReplayQueue.maxBody ? body : []
    let place = encode { part.encode(into: &$0, bytes: bytes) }
    transmit(place, by: .caller(request.route), .row(row?.sequence ?? 0))
    return place.count
  }
}
