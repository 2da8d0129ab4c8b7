import ActorKit
import Journal
import Wire
import ZeroMQ

/// Journal rows for whoever asks: the file itself is locked while its component lives.
///
/// `ReplayRequest(afterSequence, atMost)` is answered by `ReplayPart`s under its correlation, in order. An
/// answer ends with the part that is the last row, or the `atMost`th (at most 256), or that brings its frames
/// to 48 KiB; when there is nothing after, with one part of row 0. An answer cut short, because the caller's
/// queue is full, goes on with the next request.
///
/// One answer a turn, after everything else was sent: a reader delays a turn by that much and no more, and
/// every turn takes in what has come before it answers again. Only committed rows are ever seen.
extension Reactor {
  mutating func takeReplay(_ request: ReplayRequest, route: UInt32) {
    let isQueued = replays.add(
      ReplayQueue.Request(
        route: route, correlation: request.envelope.correlation,
        after: Int64(clamping: request.afterSequence),
        atMost: min(Int(request.atMost), ReplayQueue.maxRows)))
    if !isQueued { statistics.backPressured += 1 }
  }

  mutating func answerReplay(at now: Instant) {
    guard let request = replays.next() else { return }
    let last = journal.lastSequence
    guard request.after < last, request.atMost > 0 else {
      sendPart(nil, [], of: last, request)
      return
    }
    var (after, rows, bytes) = (request.after, 0, 0)
    while after < last, rows < request.atMost, bytes < ReplayQueue.maxBytes {
      guard let portion = read(after: after, atMost: min(ReplayQueue.portion, request.atMost - rows)) else {
        return
      }
      for (row, body) in portion where bytes < ReplayQueue.maxBytes {
        guard sendPart(row, body, of: last, request) else { return }
        bytes += hostFrames.count
        rows += 1
        after = row.sequence
      }
    }
  }

  private mutating func read(after: Int64, atMost: Int) -> [(JournalRow, [UInt8])]? {
    var rows: [(JournalRow, [UInt8])] = []
    do throws(JournalError) {
      _ = try journal.forEachRow(after: after, limit: atMost) { row, body in
        rows.append((row, body.copiedBytes()))
      }
    } catch {
      // The reader goes without an answer; whoever recovers from this row will not.
      log.error("replay", "\(error)")
      return nil
    }
    return rows
  }

  /// Whether it was sent; after one that was not, the next must not be.
  @discardableResult
  private mutating func sendPart(
    _ row: JournalRow?, _ body: [UInt8], of last: Int64, _ request: ReplayQueue.Request
  ) -> Bool {
    let part = ReplayPart(
      envelope: Envelope(origin: 0, correlation: request.correlation),
      rowSequence: UInt64(row?.sequence ?? 0), rowEpoch: row?.epoch ?? 0, kind: UInt32(row?.kind ?? 0),
      atNanos: row?.atNanos ?? 0, lastSequence: UInt64(last))
    // No fact is that long. One that were is shown as a row without bytes rather than not at all.
    let bytes = body.count <= ReplayQueue.maxBody ? body : []
    stampHostFrame { part.encode(into: &$0, bytes: bytes) }
    guard let route = routes.route(request.route) else {
      statistics.withoutPeer += 1
      return false
    }
    let outcome = sockets.control.send(
      to: route.identity, delimited: route.isDelimited, body: hostFrames.bytes)
    countOutcome(outcome)
    return outcome == .sent
  }
}
