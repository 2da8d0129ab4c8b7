import Wire

/// A number of 64 bits for bytes, to find differences between runs of one program. It is not for keeping
/// anybody from making two inputs with the same number: for that there is BLAKE2b, which is no pure code.
///
/// Each step is one to one in what came before and in the word that comes: one word that differs always
/// shows, however much equal follows it; several can hide each other only by chance, once in 2^64.
struct ByteHash {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func add(_ word: UInt64) {
    // An odd factor and a shift onto itself both have an inverse.
    let mixed = (value ^ word) &* 0xD6E8_FEB8_6659_FD93
    value = mixed ^ (mixed >> 32)
  }

  /// Their number and the bytes themselves, eight at a time.
  mutating func add(_ bytes: RawSpan) {
    add(UInt64(bytes.byteCount))
    var place = 0
    while place + 8 <= bytes.byteCount {
      add(bytes.integer(at: place, as: UInt64.self))
      place += 8
    }
    guard place < bytes.byteCount else { return }
    var rest: UInt64 = 0
    while place < bytes.byteCount {
      rest = rest << 8 | UInt64(bytes.integer(at: place, as: UInt8.self))
      place += 1
    }
    add(rest)
  }

  mutating func add(_ text: String) { add(Array(text.utf8).span.bytes) }
}
