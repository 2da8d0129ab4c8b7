/// Walks over one JSON text byte by byte, with no memory of its own. Every method leaves the cursor behind
/// what it read, or throws; none reads outside the span.
struct JSONCursor {
  var offset: Int

  /// A piece of the text.
  struct Piece {
    var start = 0
    var end = 0
  }

  private static let deepest = 32

  mutating func skipBlank(_ bytes: Span<UInt8>) {
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: " "), 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  /// The next byte that is not blank, not taken.
  mutating func peek(_ bytes: Span<UInt8>) throws(CaptureLineError) -> UInt8 {
    skipBlank(bytes)
    guard offset < bytes.count else { throw .unexpectedEnd }
    return bytes[offset]
  }

  mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(CaptureLineError) {
    let found = try peek(bytes)
    guard found == byte else { throw .unexpectedByte(found, offset: offset) }
    offset += 1
  }

  /// After an element: true when a comma says that another follows, false at the closing byte.
  mutating func continues(until closing: UInt8, _ bytes: Span<UInt8>) throws(CaptureLineError) -> Bool {
    let found = try peek(bytes)
    guard found == UInt8(ascii: ",") || found == closing else {
      throw .unexpectedByte(found, offset: offset)
    }
    offset += 1
    return found != closing
  }

  /// Takes the opening byte; true when it is closed at once.
  mutating func opensEmpty(
    _ opening: UInt8, closing: UInt8, _ bytes: Span<UInt8>
  ) throws(CaptureLineError) -> Bool {
    try expect(opening, bytes)
    guard try peek(bytes) == closing else { return false }
    offset += 1
    return true
  }

  /// The bytes between the quotes; escapes are checked and left as they are.
  mutating func string(_ bytes: Span<UInt8>) throws(CaptureLineError) -> Piece {
    try expect(UInt8(ascii: "\""), bytes)
    let start = offset
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        offset += 1
        return Piece(start: start, end: offset - 1)
      }
      guard byte >= 0x20 else { throw .unexpectedByte(byte, offset: offset) }
      offset += 1
      if byte == UInt8(ascii: "\\") { try escape(bytes) }
    }
    throw .unexpectedEnd
  }

  /// A whole number, in JSON's form.
  mutating func integer(_ bytes: Span<UInt8>) throws(CaptureLineError) -> Int64 {
    let isNegative = try peek(bytes) == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    let start = offset
    var value: Int64 = 0
    while offset < bytes.count {
      let digit = bytes[offset] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      let (tens, tensOverflow) = value.multipliedReportingOverflow(by: 10)
      let (next, overflow) = tens.subtractingReportingOverflow(Int64(digit))
      // Counted downwards: the smallest number has no positive twin.
      guard !tensOverflow, !overflow else { throw .outOfRange(offset: offset) }
      value = next
      offset += 1
    }
    try checkDigits(from: start, bytes)
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") || bytes[offset] | 0x20 == UInt8(ascii: "e") {
      throw .unexpectedByte(bytes[offset], offset: offset)
    }
    if isNegative { return value }
    guard value > .min else { throw .outOfRange(offset: offset) }
    return -value
  }

  mutating func boolean(_ bytes: Span<UInt8>) throws(CaptureLineError) -> Bool {
    if try peek(bytes) == UInt8(ascii: "t") {
      try word("true", bytes)
      return true
    }
    try word("false", bytes)
    return false
  }

  /// Any value, checked and forgotten.
  mutating func skipValue(_ bytes: Span<UInt8>, depth: Int = 0) throws(CaptureLineError) {
    guard depth < JSONCursor.deepest else { throw .tooDeep(offset: offset) }
    switch try peek(bytes) {
    case UInt8(ascii: "\""): _ = try string(bytes)
    case UInt8(ascii: "t"): try word("true", bytes)
    case UInt8(ascii: "f"): try word("false", bytes)
    case UInt8(ascii: "n"): try word("null", bytes)
    case UInt8(ascii: "{"):
      if try opensEmpty(UInt8(ascii: "{"), closing: UInt8(ascii: "}"), bytes) { return }
      repeat {
        _ = try string(bytes)
        try expect(UInt8(ascii: ":"), bytes)
        try skipValue(bytes, depth: depth + 1)
      } while try continues(until: UInt8(ascii: "}"), bytes)
    case UInt8(ascii: "["):
      if try opensEmpty(UInt8(ascii: "["), closing: UInt8(ascii: "]"), bytes) { return }
      repeat {
        try skipValue(bytes, depth: depth + 1)
      } while try continues(until: UInt8(ascii: "]"), bytes)
    default: try skipNumber(bytes)
    }
  }
}

extension JSONCursor {
  private mutating func skipNumber(_ bytes: Span<UInt8>) throws(CaptureLineError) {
    if try peek(bytes) == UInt8(ascii: "-") { offset += 1 }
    let start = offset
    skipDigits(bytes)
    try checkDigits(from: start, bytes)
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      try digits(bytes)
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
        offset += 1
      }
      try digits(bytes)
    }
  }

  /// At least one digit was read, and no zero stands in front of others.
  private func checkDigits(from start: Int, _ bytes: Span<UInt8>) throws(CaptureLineError) {
    guard offset > start else {
      guard offset < bytes.count else { throw .unexpectedEnd }
      throw .unexpectedByte(bytes[offset], offset: offset)
    }
    guard bytes[start] != UInt8(ascii: "0") || offset == start + 1 else {
      throw .unexpectedByte(bytes[start + 1], offset: start + 1)
    }
  }

  private mutating func digits(_ bytes: Span<UInt8>) throws(CaptureLineError) {
    let start = offset
    skipDigits(bytes)
    guard offset == start else { return }
    guard offset < bytes.count else { throw .unexpectedEnd }
    throw .unexpectedByte(bytes[offset], offset: offset)
  }

  private mutating func skipDigits(_ bytes: Span<UInt8>) {
    while offset < bytes.count, bytes[offset] &- UInt8(ascii: "0") <= 9 { offset += 1 }
  }

  private mutating func word(_ word: String, _ bytes: Span<UInt8>) throws(CaptureLineError) {
    for expected in word.utf8 {
      guard offset < bytes.count else { throw .unexpectedEnd }
      guard bytes[offset] == expected else { throw .unexpectedByte(bytes[offset], offset: offset) }
      offset += 1
    }
  }

  /// What may follow a backslash.
  private mutating func escape(_ bytes: Span<UInt8>) throws(CaptureLineError) {
    guard offset < bytes.count else { throw .unexpectedEnd }
    let byte = bytes[offset]
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return
    case UInt8(ascii: "u"):
      for _ in 0..<4 {
        guard offset < bytes.count else { throw .unexpectedEnd }
        let digit = bytes[offset]
        let isHex = digit &- UInt8(ascii: "0") <= 9 || (digit | 0x20) &- UInt8(ascii: "a") <= 5
        guard isHex else { throw .unexpectedByte(digit, offset: offset) }
        offset += 1
      }
    default: throw .unexpectedByte(byte, offset: offset - 1)
    }
  }
}
