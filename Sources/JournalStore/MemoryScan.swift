import Journal
import Records
import Wire

/// Reads the file of a `MemoryJournalStore` front to back, up to the first frame that cannot be trusted.
struct MemoryScan {
  private(set) var head: MemoryHead
  let chain: TurnChain
  private(set) var chainValue: Digest
  private(set) var lastTurn: UInt64 = 0
  private(set) var lastRow: Int64 = 0
  private(set) var turnOffsets: [Int] = []
  private(set) var snapshotOffsets: [Int] = []
  private(set) var chainValues: [Digest]
  /// Where the sound part ends.
  private(set) var end: Int
  /// Frames of turns after that which cannot be read, as far as that can be told.
  private(set) var unreadable = 0

  /// Nil when not even the first frame can be read.
  init?(_ bytes: RawSpan) {
    guard let frame = MemoryFrame(bytes, at: 0), frame.kind == .opening,
      let head = MemoryHead(frame.body(in: bytes))
    else { return nil }
    self.head = head
    chain = TurnChain(of: head.identity, fileID: head.fileID)
    guard frame.hash == head.hash(chain) else { return nil }
    chainValue = chain.genesis
    chainValues = [chain.genesis]
    end = frame.end
    while let next = MemoryFrame(bytes, at: end), take(next, bytes) { end = next.end }
    countUnreadable(bytes)
  }

  /// False for a frame that cannot be trusted. A damaged snapshot is passed over: no turn needs it.
  private mutating func take(_ frame: MemoryFrame, _ bytes: RawSpan) -> Bool {
    let body = frame.body(in: bytes)
    switch frame.kind {
    case .snapshot: snapshotOffsets.append(end)
    case .opening:
      guard let next = MemoryHead(body), next.fileID == head.fileID, frame.hash == next.hash(chain) else {
        return false
      }
      head = next
    case .turn:
      let value = chain.next(after: chainValue, turn: lastTurn + 1, body: body)
      guard value == frame.hash else { return false }
      do throws(TurnRefusal) {
        let view = try TurnView(body)
        guard view.turn == lastTurn + 1, view.firstRow == lastRow + 1 else { return false }
        lastRow = view.lastRow
      } catch {
        return false
      }
      lastTurn += 1
      chainValue = value
      chainValues.append(value)
      turnOffsets.append(end)
    }
    return true
  }

  /// Goes on from frame to frame as long as their heads are sound; what is left after that is one more.
  private mutating func countUnreadable(_ bytes: RawSpan) {
    var offset = end
    while let head = MemoryFrame.head(bytes, at: offset) {
      unreadable += 1
      guard head.end <= bytes.byteCount else { return }
      offset = head.end
    }
    if offset < bytes.byteCount { unreadable += 1 }
  }
}
