import CSodium
import Journal
import Records
import Wire

/// How far a journal has told its turns, kept outside what it guards: a small file of two slots, written
/// alternately. What a journal has up to the mark must be there; see `TailJudgement`.
///
/// With durability `power` a helper flushes it after each turn, so after a power loss it may lag behind the
/// journal; it never runs ahead of what is flushed. With `process` it is not flushed after a turn and may run
/// ahead of a journal that lost its end with the power, which the boot's name shows.
struct CommitMark: Equatable {
  var fileID: FileID
  var turn: UInt64
  var chain: Digest
  /// No incarnation up to this one may come again.
  var epoch: UInt32
  /// The boot of the machine during which it was written.
  var boot: FileID

  /// "WGMK".
  private static let magic: UInt32 = 0x4B4D_4757
  private static let version: UInt16 = 1
  static let slotBytes = 96
  /// Each slot in a page of its own: a write that is torn damages one.
  static let slotOffsets = [0, 4_096]
  /// Where the mark of the last opening stays until the next: a loss of power may tear both slots, of which
  /// the later was written before the earlier had reached the disk, but never this one.
  static let openingOffset = 8_192
  static let fileBytes = openingOffset + slotBytes

  /// `magic` u32, `version` u16, 0 u16, `epoch` u32, 0 u32, `fileID` 16 bytes, `turn` u64, `boot` 16 bytes,
  /// `chain` 32 bytes, checksum u64: SipHash-2-4 of all before it, with the file's id as its key.
  func encode(into buffer: inout ByteBuffer) {
    buffer.removeAll()
    buffer.append(Self.magic)
    buffer.append(Self.version)
    buffer.append(UInt16(0))
    buffer.append(epoch)
    buffer.append(UInt32(0))
    fileID.append(to: &buffer)
    buffer.append(turn)
    boot.append(to: &buffer)
    // The digest's bytes are copied at once.
    unsafe chain.withBytes { buffer.append(unsafe $0.bytes) }
    buffer.append(ShortHash.of(buffer.bytes, key: fileID))
  }

  /// Nil for anything but a whole slot of this version.
  init?(_ slot: RawSpan) {
    guard slot.byteCount == Self.slotBytes, slot.integer(at: 0, as: UInt32.self) == Self.magic,
      slot.integer(at: 4, as: UInt16.self) == Self.version,
      let fileID = FileID(slot.extracting(16..<32)), let boot = FileID(slot.extracting(40..<56)),
      slot.integer(at: 88) == ShortHash.of(slot.extracting(0..<88), key: fileID)
    else { return nil }
    // The bytes are copied at once; there are exactly 32.
    let chainBytes = slot.extracting(56..<88)
    guard let chain = unsafe chainBytes.withUnsafeBytes({ unsafe Digest($0) }) else { return nil }
    self.init(
      fileID: fileID, turn: slot.integer(at: 32), chain: chain, epoch: slot.integer(at: 8), boot: boot)
  }

  init(fileID: FileID, turn: UInt64, chain: Digest, epoch: UInt32, boot: FileID) {
    self.fileID = fileID
    self.turn = turn
    self.chain = chain
    self.epoch = epoch
    self.boot = boot
  }
}

extension CommitMark {
  /// What a mark's file says.
  enum Found: Equatable {
    case nothing
    /// There are bytes, and no mark can be read.
    case unreadable
    case mark(CommitMark)
    /// Neither slot can be read; the journal stood so when it was last opened.
    case opening(CommitMark)

    /// No incarnation up to this one may come again.
    var epoch: UInt32 {
      switch self {
      case .nothing, .unreadable: 0
      case .mark(let mark), .opening(let mark): mark.epoch
      }
    }
  }

  /// The newest of the slots that can be read.
  static func newest(in file: [UInt8]) -> Found {
    let slots = slotOffsets.compactMap { mark(at: $0, of: file) }
    if let newest = slots.max(by: { ($0.epoch, $0.turn) < ($1.epoch, $1.turn) }) { return .mark(newest) }
    if let opening = mark(at: openingOffset, of: file) { return .opening(opening) }
    return file.contains { $0 != 0 } ? .unreadable : .nothing
  }

  private static func mark(at offset: Int, of file: [UInt8]) -> CommitMark? {
    guard file.count >= offset + slotBytes else { return nil }
    // The array lives through the call.
    return CommitMark(unsafe file.span.bytes.extracting(offset..<offset + slotBytes))
  }
}
