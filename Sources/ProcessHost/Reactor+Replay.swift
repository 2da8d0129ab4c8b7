import ActorKit
import HostKit
import Journal
import Wire
import ZeroMQ

/// Journal rows for whoever asks: the file itself is locked while its component lives.
///
/// `ReplayRequest(afterSequence, atMost)` is answered by `ReplayPart`s under its correlation, in order. An
/// answer ends with the part that is the last row, or the `atMost`th (at most 256), or that brings its frames
/// to 48 KiB; when there is nothing after, with one part of row 0. Only committed rows are ever seen.
///
/// At most 64 rows a turn, after everything else was sent: a reader delays a turn by so much and no more, and
/// every turn takes in what has come before it goes on with an answer.
extension Reactor {
  mutating func takeReplay(_ request: ReplayRequest, route: UInt32) {
    let isQueued = replays.add(
      ReplayQueue.Request(
        route: route, correlation: request.envelope.correlation,
        after: Int64(clamping: request.afterSequence),
        rowsLeft: min(Int(request.atMost), ReplayQueue.maxRows)))
    if !isQueued { statistics.backPressured += 1 }
  }

  mutating func answerReplay(at now: Instant) {
    guard var request = replays.next(atBootNanos: now.boot) else { return }
    let last = journal.lastSequence
    let count = min(ReplayQueue.rowsPerTurn, request.rowsLeft)
    guard request.after < last, count > 0 else {
      return goOn(request, after: sendPart(nil, [], of: last, request), at: now)
    }
    let rows = read(after: request.after, atMost: count)
    guard !rows.isEmpty else { return }
    for (row, body) in rows {
      let outcome = sendPart(row, body, of: last, request)
      guard outcome == .sent else { return goOn(request, after: outcome, at: now) }
      request.after = row.sequence
      request.rowsLeft -= 1
      request.bytesLeft -= hostFrames.count
      request.triesLeft = ReplayQueue.maxTries
      if request.rowsLeft == 0 || request.bytesLeft <= 0 || row.sequence == last { return }
    }
    replays.goOn(request)
  }

  /// A caller whose queue is full gets the rest when it has taken in some; one that has gone, nothing.
  private mutating func goOn(
    _ request: ReplayQueue.Request, after outcome: SendOutcome, at now: Instant
  ) {
    guard outcome == .backPressured, request.triesLeft > 0 else { return }
    var request = request
    request.triesLeft -= 1
    replays.goOn(request, afterPauseFrom: now.boot)
  }

  /// Nothing when the rows cannot be read: the reader goes without an answer, as their owner would at its
  /// next start.
  private mutating func read(after: Int64, atMost: Int) -> [(JournalRow, [UInt8])] {
    var rows: [(JournalRow, [UInt8])] = []
    do throws(JournalError) {
      _ = try journal.forEachRow(after: after, limit: atMost) { row, body in
        rows.append((row, body.copiedBytes()))
      }
    } catch {
      log.error("replay", "\(error)")
      return []
    }
    return rows
  }

  private mutating func sendPart(
    _ row: JournalRow?, _ body: [UInt8], of last: Int64, _ request: ReplayQueue.Request
  ) -> SendOutcome {
    let part = ReplayPart(
      envelope: Envelope(origin: 0, correlation: request.correlation),
      rowSequence: UInt64(row?.sequence ?? 0), rowEpoch: row?.epoch ?? 0, kind: UInt32(row?.kind ?? 0),
      atNanos: row?.atNanos ?? 0, lastSequence: UInt64(last))
    // No fact is that long. One that were is shown as a row without bytes rather than not at all.
    let bytes = body.count <= ReplayQueue.maxBody ? body : []
    stampHostFrame { part.encode(into: &$0, bytes: bytes) }
    guard let route = routes.route(request.route) else {
      statistics.withoutPeer += 1
      return .noPeer
    }
    return sockets.control.send(to: route.identity, delimited: route.isDelimited, body: hostFrames.bytes)
  }
}
