import Platform
import Trading

/// Why a recording cannot be replayed.
public enum CaptureError: Error, Equatable, Sendable {
  /// The file is missing, unreadable, or its compression is damaged.
  case file(LineReaderError)
  case empty(path: String)
  /// None of the first lines is one of a capture.
  case notACapture(path: String, lines: Int, first: CaptureLineError)
  /// Depth updates without a snapshot to start from.
  case noSnapshot(path: String, depthUpdates: Int)
  /// The first lines are all of other instruments.
  case noSuchInstrument(path: String, symbol: String)
  case filesOutOfOrder(earlier: String, later: String)
  /// The second file does not continue the first, and has no snapshot of its own.
  case filesDoNotChain(path: String, lastUpdateId: Int64, firstUpdateId: Int64)
  /// A snapshot that is no book.
  case badSnapshot(path: String, line: Int64, BookError)
}

extension CaptureError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .empty(let path): "\(path): the capture is empty; record it again or leave it out"
    case .notACapture(let path, let lines, let first):
      "\(path): not a capture: none of the first \(lines) lines can be read (line 1: \(first)); "
        + "expected lines of `<receive time> <JSON>`"
    case .noSnapshot(let path, let updates):
      "\(path): no snapshot within \(updates) depth updates, so there is no book to start from; "
        + "give the recording that this one continues before it"
    case .noSuchInstrument(let path, let symbol):
      "\(path): no line is of \(symbol); check the instrument's name at the venue, or the file"
    case .filesOutOfOrder(let earlier, let later):
      "\(later): starts before \(earlier), which is listed before it; list recordings in the order of time"
    case .filesDoNotChain(let path, let last, let first):
      "\(path): starts at update \(first), the recording before it ends at \(last); a recording is missing "
        + "between them, or they are of different instruments"
    case .badSnapshot(let path, let line, let error):
      "\(path): the snapshot in line \(line) is no order book: \(error)"
    }
  }
}
