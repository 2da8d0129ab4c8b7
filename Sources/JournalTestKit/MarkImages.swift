import JournalStore

/// The slots of a commit mark that a store has written, known by all their bytes: so the oracle judges a mark
/// on the disk without the code that reads it.
struct MarkImages {
  private static let slotOffsets = [0, 4_096, 8_192]
  private static let slotBytes = 96

  private var turns: [[UInt8]: UInt64] = [:]

  /// Notes what is on the disk after turn `turn` was acknowledged.
  mutating func note(_ file: [UInt8], turn: UInt64) {
    for slot in Self.slots(of: file) where turns[slot] == nil { turns[slot] = turn }
  }

  /// The newest turn that an undamaged slot names; nil when there is none.
  func newest(in file: [UInt8]) -> UInt64? {
    Self.slots(of: file).compactMap { turns[$0] }.max()
  }

  private static func slots(of file: [UInt8]) -> [[UInt8]] {
    slotOffsets.compactMap { offset in
      file.count >= offset + slotBytes ? Array(file[offset..<offset + slotBytes]) : nil
    }
  }
}
