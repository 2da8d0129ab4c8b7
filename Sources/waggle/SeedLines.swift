import Platform

/// What a worker writes, line by line, while it writes it.
final class SeedLines {
  private let file: InputFile
  private var chunk = [UInt8](repeating: 0, count: 65_536)
  /// The beginning of a line whose end has not been written yet.
  private var rest: [UInt8] = []

  /// A longer line is none of ours and is cut.
  private static let longestLine = 1 << 20

  init(_ path: String) throws(FileError) { file = try InputFile(path) }

  /// The lines that were finished since the last call.
  func next() throws(FileError) -> [String] {
    var lines: [String] = []
    while case let count = try file.read(into: &chunk), count > 0 {
      for byte in chunk[..<count] {
        if byte == UInt8(ascii: "\n") {
          lines.append(takeRest())
        } else if rest.count < Self.longestLine {
          rest.append(byte)
        }
      }
    }
    return lines
  }

  /// What stands behind the last finished line; empty where nothing does.
  func takeRest() -> String {
    defer { rest.removeAll(keepingCapacity: true) }
    return String(decoding: rest, as: UTF8.self)
  }
}
