import Glibc

/// The lines of a plain or gzip file, one at a time, in constant memory.
///
///     var reader = try LineReader(path)
///     while try reader.next() {
///       let line = reader.line
///       parse(line.span)
///     }
///
/// Whether the file is gzip is seen from its first bytes. Several gzip files joined into one are read as
/// one. A line ends with "\n" or "\r\n", neither being part of it; the last may lack it.
public struct LineReader: ~Copyable {
  public let path: String
  /// The longest line accepted, bytes.
  public let maxLineBytes: Int
  /// The current line, without its end. The next one reuses its memory, so do not keep it: copy it.
  public private(set) var line: [UInt8] = []
  /// Lines delivered so far, which is also the number of the current one.
  public private(set) var linesRead: Int64 = 0

  private var file: PlainOrGzipFile
  private var chunk = [UInt8](repeating: 0, count: 256 * 1024)
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var failure: LineReaderError?

  /// Opens the file. The default bound leaves room for REST snapshots of deep books, which are one line.
  public init(_ path: String, maxLineBytes: Int = 16 * 1024 * 1024) throws(LineReaderError) {
    precondition(maxLineBytes > 0, "maxLineBytes \(maxLineBytes) must be positive")
    file = try LineReader.open(path)
    self.path = path
    self.maxLineBytes = maxLineBytes
  }

  /// Bytes of the file itself read so far, for a progress display. Divide by the file's size.
  public var fileBytes: Int64 { file.fileBytes }

  /// Goes to the next line; false at the end of the file. After an error, every call throws it again.
  public mutating func next() throws(LineReaderError) -> Bool {
    if let failure { throw failure }
    line.removeAll(keepingCapacity: true)
    do throws(LineReaderError) {
      return try advance()
    } catch {
      line.removeAll()
      failure = error
      throw error
    }
  }

  private mutating func advance() throws(LineReaderError) -> Bool {
    while true {
      if start == end, try !refill() {
        if line.isEmpty { return false }
        return deliver()
      }
      let found = indexOfNewline()
      let stop = found ?? end
      guard line.count + (stop - start) <= maxLineBytes else {
        throw .lineTooLong(path: path, line: linesRead + 1, maxBytes: maxLineBytes)
      }
      line.append(contentsOf: chunk[start..<stop])
      start = stop
      if found != nil {
        start += 1
        return deliver()
      }
    }
  }

  private mutating func deliver() -> Bool {
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    linesRead += 1
    return true
  }

  /// More plain bytes; false at the end.
  private mutating func refill() throws(LineReaderError) -> Bool {
    if isAtEnd { return false }
    start = 0
    end = 0
    do throws(PlainOrGzipFile.Failure) {
      end = try file.read(into: &chunk)
    } catch {
      throw describe(error)
    }
    isAtEnd = end == 0
    return !isAtEnd
  }

  /// The next line end in the chunk.
  private func indexOfNewline() -> Int? {
    let (start, end) = (start, end)
    // unsafe: the search stays within start..<end of the array, which is borrowed for it.
    return unsafe chunk.withUnsafeBufferPointer { bytes -> Int? in
      guard let base = bytes.baseAddress else { return nil }
      guard let found = unsafe memchr(base + start, 0x0A, end - start) else { return nil }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  private func describe(_ failure: PlainOrGzipFile.Failure) -> LineReaderError {
    switch failure {
    case .file(let error): .notReadable(error)
    case .truncated:
      .truncatedGzip(path: path, compressedBytes: file.position, linesRead: linesRead)
    case .corrupt(let reason):
      .corruptGzip(path: path, compressedBytes: file.position, linesRead: linesRead, reason: reason)
    }
  }

  private static func open(_ path: String) throws(LineReaderError) -> PlainOrGzipFile {
    do throws(FileError) {
      return try PlainOrGzipFile(path)
    } catch {
      throw .notReadable(error)
    }
  }
}
