/// A function, initialiser or the like with a body.
struct FunctionBody {
  let name: String
  let line: Int
  let lineCount: Int

  static func all(in file: SourceFile) -> [FunctionBody] {
    let code = Array(file.code.utf8)
    let text = file.code
    return Pattern(#"\b(?:func\s+([^\s(<]+)|(init)[?!]?(?=\s*[(<])|(subscript)(?=\s*[(<])|(deinit)\b)"#)
      .matches(in: text)
      .compactMap { match in
        let start = text.utf8.distance(from: text.startIndex, to: match.range.lowerBound)
        let end = text.utf8.distance(from: text.startIndex, to: match.range.upperBound)
        guard let open = bodyStart(code, after: end), let close = bodyEnd(code, from: open) else {
          return nil
        }
        let line = 1 + code[..<start].count { $0 == UInt8(ascii: "\n") }
        let lineCount = 1 + code[start...close].count { $0 == UInt8(ascii: "\n") }
        return FunctionBody(name: match.groups[0], line: line, lineCount: lineCount)
      }
  }

  /// The brace that opens the body: after the parameters, before the declaration ends without one.
  private static func bodyStart(_ code: [UInt8], after start: Int) -> Int? {
    var depth = 0
    var index = start
    while index < code.count {
      switch code[index] {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "{") where depth == 0: return index
      case UInt8(ascii: "}") where depth == 0: return nil
      case UInt8(ascii: "\n") where depth == 0:
        // A declaration without a body ends with its line, unless the next one goes on with it.
        let rest = String(decoding: code[(index + 1)..<min(index + 200, code.count)], as: UTF8.self)
        guard Pattern(#"\A\s*(?:->|where\b|throws\b|rethrows\b|async\b|\{|\))"#).isFound(in: rest) else {
          return nil
        }
      default: break
      }
      if depth < 0 { return nil }
      index += 1
    }
    return nil
  }

  private static func bodyEnd(_ code: [UInt8], from open: Int) -> Int? {
    var depth = 0
    for index in open..<code.count {
      if code[index] == UInt8(ascii: "{") { depth += 1 }
      if code[index] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }
}
