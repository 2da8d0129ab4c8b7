/// A number over everything that was stored and sent, by whom and when: equal for equal runs.
///
/// FNV-1a over words of 64 bits, with the high half folded into the low one after each. It finds differences,
/// not forgeries.
struct WorldHash: Equatable, Sendable {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ bytes: [UInt8], node: Int, at moment: Int64) {
    add(UInt64(truncatingIfNeeded: moment) ^ UInt64(node) << 56)
    add(UInt64(bytes.count))
    var word: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      word = word << 8 | UInt64(byte)
      if index % 8 == 7 { add(word) }
    }
    add(word)
  }

  private mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x100_0000_01B3
    // A product carries upwards only: otherwise a word's high bits would never reach the low ones.
    value ^= value >> 32
  }
}
