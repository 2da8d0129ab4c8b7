/// Where something stands in a text, counted the way editors show it.
public struct SourcePlace: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// First line is 1. LF, CR, CR LF, U+2028 and U+2029 each end one line.
  public let line: Int
  /// First column is 1; one Unicode scalar is one column, a tab too.
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (left: SourcePlace, right: SourcePlace) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }

  /// `line:column`, which terminals and editors turn into a link when a file name stands before it.
  public var description: String { "\(line):\(column)" }
}
