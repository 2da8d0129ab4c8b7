/// A word or a sign of a file's code, with its line.
struct CodeToken: Equatable {
  let text: String
  let line: Int
  let isWord: Bool

  /// The tokens of code whose comments and texts are blanked. Numbers and the quotes around texts are left out;
  /// words in backticks come without them, and the wrapper's `$name` as the name.
  static func all(in file: SourceFile) -> [CodeToken] {
    let bytes = Array(file.code.utf8)
    var tokens: [CodeToken] = []
    var line = 1
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if isWordByte(byte) {
        let start = index
        while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
        if !isDigit(byte) {
          let text = String(decoding: bytes[start..<index], as: UTF8.self)
          tokens.append(CodeToken(text: text, line: line, isWord: true))
        }
        continue
      }
      index += 1
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "`"), UInt8(ascii: "$"), UInt8(ascii: "\""):
        break
      default: tokens.append(CodeToken(text: String(UnicodeScalar(byte)), line: line, isWord: false))
      }
    }
    return tokens
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
