/// Swift source under construction: lines with the indentation of the braces they stand in.
struct SourceText {
  private(set) var text = ""
  private var depth = 0

  /// One line, or several.
  mutating func line(_ lines: String = "") {
    for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
      text += line.isEmpty ? "\n" : String(repeating: "  ", count: depth) + line + "\n"
    }
  }

  /// `opening {`, what `body` writes, and the closing brace.
  mutating func braces(_ opening: String, _ body: (inout SourceText) -> Void) {
    line(opening + " {")
    depth += 1
    body(&self)
    depth -= 1
    line("}")
  }

  /// A documentation comment.
  mutating func doc(_ comment: String) {
    line("/// " + comment)
  }
}
