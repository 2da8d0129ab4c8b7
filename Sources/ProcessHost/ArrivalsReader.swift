import HostKit
import Platform

/// Reads a file of kept arrivals from its head to its end.
package struct ArrivalsReader: ~Copyable {
  package let path: String
  package let head: ArrivalsHead
  /// How the keeping ended, once that has been read; nil where it did not, because its program was killed or
  /// is at work.
  package private(set) var end: ArrivalsEnd?

  private let file: InputFile
  private var parser: ArrivalsParser
  private var chunk: [UInt8]

  private static let chunkBytes = 1 << 18

  package init(_ path: String) throws(ArrivalsError) {
    let file: InputFile
    do throws(FileError) { file = try InputFile(path) } catch { throw .file(error) }
    var parser = ArrivalsParser()
    var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
    guard case .head(let head) = try Self.next(&parser, file, &chunk) else {
      preconditionFailure("the first record of \(path) is no head")
    }
    self.path = path
    self.head = head
    self.file = file
    self.parser = parser
    self.chunk = chunk
  }

  /// The next turn; nil when there is none.
  package mutating func next() throws(ArrivalsError) -> KeptTurn? {
    switch try Self.next(&parser, file, &chunk) {
    case .turn(let turn): return turn
    case .end(let end):
      self.end = end
      // Nothing may stand behind it.
      return try next()
    case .head, nil: return nil
    }
  }

  private static func next(
    _ parser: inout ArrivalsParser, _ file: borrowing InputFile, _ chunk: inout [UInt8]
  ) throws(ArrivalsError) -> ArrivalsRecord? {
    // Ends: each round gives a record, takes bytes, or finds the end of the file.
    while true {
      if let record = try attempt(file, { () throws(ArrivalsRefusal) in try parser.next() }) { return record }
      let count: Int
      do throws(FileError) { count = try file.read(into: &chunk) } catch { throw .file(error) }
      guard count > 0 else {
        try attempt(file) { () throws(ArrivalsRefusal) in try parser.finish() }
        return nil
      }
      parser.add(chunk[..<count])
    }
  }

  private static func attempt<Result>(
    _ file: borrowing InputFile, _ body: () throws(ArrivalsRefusal) -> Result
  ) throws(ArrivalsError) -> Result {
    do throws(ArrivalsRefusal) { return try body() } catch { throw .damaged(path: file.path, error) }
  }
}

/// Why kept arrivals cannot be read.
package enum ArrivalsError: Error, CustomStringConvertible {
  case file(FileError)
  case damaged(path: String, ArrivalsRefusal)

  package var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .damaged(let path, let refusal): "\(path), \(refusal)"
    }
  }
}
