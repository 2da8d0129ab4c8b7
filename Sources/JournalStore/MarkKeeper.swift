import Journal
import Records
import Wire

/// Writes the commit mark of an open journal.
struct MarkKeeper: ~Copyable {
  private let file: any MarkFile
  private var mark: CommitMark
  private let flushesTurns: Bool
  /// The one to write next: the older of the two.
  private var nextSlot = 0
  private var buffer = ByteBuffer(capacity: CommitMark.slotBytes)

  /// Writes where the journal stands into every slot and waits for the disk after each: what a former mark
  /// said of turns that were cut off is gone, and the epoch never comes again.
  static func start(
    _ file: any MarkFile, _ mark: CommitMark, durability: Durability
  ) throws(JournalError) -> MarkKeeper {
    var keeper = MarkKeeper(file: file, mark: mark, durability: durability)
    try keeper.write()
    try file.flush()
    try keeper.write()
    try file.flush()
    try file.write(keeper.buffer.bytes, at: CommitMark.openingOffset)
    try file.flush()
    return keeper
  }

  private init(file: any MarkFile, mark: CommitMark, durability: Durability) {
    self.file = file
    self.mark = mark
    flushesTurns = durability == .power
  }

  mutating func advance(to turn: UInt64, chain: Digest) throws(JournalError) {
    mark.turn = turn
    mark.chain = chain
    try write()
    if flushesTurns { try file.requestFlush() }
  }

  func flush() throws(JournalError) { try file.flush() }

  private mutating func write() throws(JournalError) {
    mark.encode(into: &buffer)
    try file.write(buffer.bytes, at: CommitMark.slotOffsets[nextSlot])
    nextSlot = 1 - nextSlot
  }
}
