import JSON5

/// `format: 2`, the version of the file's words. Format 1, which had no such key, is read for this version
/// with a warning; any other is refused, because its words may mean something else.
public enum TopologyFormat {
  public static let current: Int64 = 2
  static let earlier: Int64 = 1

  static func check(_ top: Section) {
    guard let node = top.node("format") else {
      guard top.isReadable else { return }
      return warn(top)
    }
    guard let format = node.integer else {
      return top.reportType(node, top.path(to: "format"), "a whole number", hint: "write format: \(current)")
    }
    guard format != current else { return }
    guard format == earlier else {
      return top.report(
        .outOfRange, key: "format", "is \(format), but this build reads formats \(earlier) and \(current)",
        hint: format > current ? "use the newer build" : "write format: \(current)")
    }
    warn(top)
  }

  private static func warn(_ top: Section) {
    top.report(
      .oldFormat, .warning, key: "format", "the file is of format 1, which the next version does not read",
      hint: "`waggle check --migrate FILE` writes it in format \(current)")
  }

  /// The same text in the current format, comments and layout kept; nil for a text that is in it already, or
  /// is no object. All other keys are the same in both.
  public static func migrated(_ bytes: [UInt8]) throws(TopologyProblems) -> [UInt8]? {
    let root: SyntaxNode
    do throws(SyntaxError) { root = try JSON5Reader.read(bytes: bytes) } catch {
      throw TopologyProblems(error)
    }
    guard let members = root.members else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    if let member = members.first(where: { $0.key == "format" }) {
      guard member.value.integer == earlier else { return nil }
      let scalars = text.unicodeScalars
      let start = index(of: member.value.place, in: text)
      let end = scalars[start...].firstIndex { !$0.properties.isASCIIHexDigit && $0 != "x" && $0 != "+" }
      let rest = text[(end ?? text.endIndex)...]
      return Array(text[..<start].utf8) + Array("\(current)".utf8) + Array(rest.utf8)
    }
    let scalars = text.unicodeScalars
    let open = index(of: root.place, in: text)
    guard open < scalars.endIndex, scalars[open] == "{" else { return nil }
    let after = scalars.index(after: open)
    // A line of its own where the file has lines.
    let blank = scalars[after...].prefix { $0.properties.isWhitespace }
    let line = blank.contains { $0 == "\n" } ? "\n  format: \(current)," : " format: \(current),"
    return Array(text[..<after].utf8) + Array(line.utf8) + Array(text[after...].utf8)
  }

  /// Lines and columns as `SourcePlace` counts them.
  private static func index(of place: SourcePlace, in text: String) -> String.Index {
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    var here = SourcePlace(line: 1, column: 1)
    while index < scalars.endIndex, here < place {
      let scalar = scalars[index]
      index = scalars.index(after: index)
      let isHalf = scalar == "\r" && index < scalars.endIndex && scalars[index] == "\n"
      if ["\n", "\r", "\u{2028}", "\u{2029}"].contains(scalar), !isHalf {
        here = SourcePlace(line: here.line + 1, column: 1)
      } else {
        here = SourcePlace(line: here.line, column: here.column + 1)
      }
    }
    return index
  }
}
