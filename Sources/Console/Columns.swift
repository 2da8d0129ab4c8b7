/// Cells of a plain table.
package struct Columns {
  private let widths: [Int]

  /// Columns of these widths; a cell wider than its column pushes the others on.
  package init(_ widths: Int...) { self.widths = widths }

  /// One line, without spaces at its end.
  package func line(_ cells: [String]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      line += cell
      guard index < cells.count - 1 else { break }
      let width = index < widths.count ? widths[index] : 12
      line += String(repeating: " ", count: max(1, width - cell.count))
    }
    return line
  }
}
