/// Blanks what is not code: comments and the contents of strings, but not the code inside interpolations.
struct CodeMask {
  private enum Place {
    case code
    /// Inside `\( … )`, with the depth of round brackets.
    case interpolation(depth: Int)
    case string(hashes: Int, isMultiline: Bool)
  }

  private let bytes: [UInt8]
  private var masked: [UInt8]
  private var position = 0
  private var places: [Place] = [.code]

  static func code(in text: String) -> String {
    var mask = CodeMask(text)
    mask.run()
    return String(decoding: mask.masked, as: UTF8.self)
  }

  private init(_ text: String) {
    bytes = Array(text.utf8)
    masked = bytes
  }

  private mutating func run() {
    while position < bytes.count {
      switch places[places.count - 1] {
      case .code: takeCode(depth: nil)
      case .interpolation(let depth): takeCode(depth: depth)
      case .string(let hashes, let isMultiline): takeString(hashes, isMultiline)
      }
    }
  }

  private mutating func takeCode(depth: Int?) {
    if follows("//") { return blankLine() }
    if follows("/*") { return blankBlock() }
    var hashes = 0
    while position + hashes < bytes.count, bytes[position + hashes] == UInt8(ascii: "#") { hashes += 1 }
    if position + hashes < bytes.count, bytes[position + hashes] == UInt8(ascii: "\"") {
      position += hashes
      let isMultiline = follows("\"\"\"")
      position += isMultiline ? 3 : 1
      places.append(.string(hashes: hashes, isMultiline: isMultiline))
      return
    }
    if let depth {
      if bytes[position] == UInt8(ascii: "(") { places[places.count - 1] = .interpolation(depth: depth + 1) }
      if bytes[position] == UInt8(ascii: ")") {
        if depth == 1 {
          // The bracket belongs to the string, like the one that opened it.
          places.removeLast()
          return blank(1)
        } else {
          places[places.count - 1] = .interpolation(depth: depth - 1)
        }
      }
    }
    position += 1
  }

  private mutating func takeString(_ hashes: Int, _ isMultiline: Bool) {
    let marks = String(repeating: "#", count: hashes)
    if follows((isMultiline ? "\"\"\"" : "\"") + marks) {
      position += (isMultiline ? 3 : 1) + hashes
      places.removeLast()
    } else if follows("\\" + marks + "(") {
      blank(2 + hashes)
      places.append(.interpolation(depth: 1))
    } else if follows("\\" + marks) {
      blank(2 + hashes)
    } else if !isMultiline, bytes[position] == UInt8(ascii: "\n") {
      // Not Swift; the compiler says so better.
      places.removeLast()
    } else {
      blank(1)
    }
  }

  private mutating func blankLine() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { blank(1) }
  }

  private mutating func blankBlock() {
    var depth = 0
    repeat {
      if follows("/*") {
        depth += 1
        blank(2)
      } else if follows("*/") {
        depth -= 1
        blank(2)
      } else {
        blank(1)
      }
    } while depth > 0 && position < bytes.count
  }

  private func follows(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return position + wanted.count <= bytes.count
      && bytes[position..<position + wanted.count].elementsEqual(wanted)
  }

  private mutating func blank(_ count: Int) {
    for index in position..<min(position + count, bytes.count) where bytes[index] != UInt8(ascii: "\n") {
      masked[index] = UInt8(ascii: " ")
    }
    position = min(position + count, bytes.count)
  }
}
