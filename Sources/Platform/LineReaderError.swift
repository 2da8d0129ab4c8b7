/// Why a file of lines could not be read to its end. Lines are only ever delivered whole.
public enum LineReaderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be opened or read.
  case notReadable(FileError)
  /// The compressed file ends in the middle, as after a broken download or a killed recorder.
  case truncatedGzip(path: String, compressedBytes: Int64, linesRead: Int64)
  /// The compressed bytes are wrong at about `compressedBytes`. The checksum comes last, so lines delivered
  /// before may hold wrong bytes too: do not use them.
  case corruptGzip(path: String, compressedBytes: Int64, linesRead: Int64, reason: String)
  /// A line (1 is the first) is longer than allowed.
  case lineTooLong(path: String, line: Int64, maxBytes: Int)

  public var description: String {
    switch self {
    case .notReadable(let error):
      error.description
    case .truncatedGzip(let path, let bytes, let lines):
      "\(path): the gzip file is cut off after \(bytes) bytes; the \(lines) lines before are whole. "
        + "Fetch it again, or unpack what is there with gzip -dc"
    case .corruptGzip(let path, let bytes, let lines, let reason):
      "\(path): the gzip file is damaged near byte \(bytes), after line \(lines): \(reason). "
        + "Trust none of it and fetch it again"
    case .lineTooLong(let path, let line, let maxBytes):
      "\(path): line \(line) is longer than \(maxBytes) bytes: not a file of lines, or raise the limit"
    }
  }
}
