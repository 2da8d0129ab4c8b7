import Arguments
import Console
import Platform

/// Where the lines of an export go: standard output or a file. Lines are gathered to pieces of 64 KiB, so
/// that memory stays bounded however long the journal is.
struct LineOutput: ~Copyable {
  private static let pieceBytes = 64 << 10

  private let path: String?
  private var file: OutputFile?
  private var piece: [UInt8] = []
  private var isReaderGone = false

  /// Standard output, or the file at `path`, which is replaced.
  init(_ path: String?) throws(CommandFailure) {
    self.path = path
    piece.reserveCapacity(2 * Self.pieceBytes)
    guard let path else { return }
    var isFolder = false
    do throws(FileError) {
      let kind = try FileSystem.status(path)?.kind
      isFolder = kind == .directory
      // Anything else that stands there, such as a pipe, is written to and stays.
      if kind == .file { try FileSystem.remove(path) }
      if !isFolder { file = try OutputFile(path, maxBytes: .max) }
    } catch {
      throw CommandFailure(.environment, "--output \(error)")
    }
    if isFolder { throw CommandFailure(UsageError("--output \(path) is a folder", hint: "name a file")) }
  }

  /// False when nobody reads any more (`waggle journal export … | head`): then the rest need not be made.
  mutating func write(_ bytes: some Collection<UInt8>) throws(CommandFailure) -> Bool {
    piece.append(contentsOf: bytes)
    if piece.count >= Self.pieceBytes { try flush() }
    return !isReaderGone
  }

  /// Writes what is left.
  consuming func finish() throws(CommandFailure) { try flush() }

  private mutating func flush() throws(CommandFailure) {
    guard !piece.isEmpty, !isReaderGone else { return }
    if path != nil {
      do throws(FileError) {
        try file?.write(piece)
      } catch {
        throw CommandFailure(.environment, "--output \(error); what is in the file is not whole")
      }
    } else {
      switch StandardOutput.write(String(decoding: piece, as: UTF8.self)) {
      case .written: break
      case .readerGone: isReaderGone = true
      case .failed(let code):
        let error = FileError(path: "standard output", operation: "write", code: code)
        throw CommandFailure(.environment, "\(error)")
      }
    }
    piece.removeAll(keepingCapacity: true)
  }
}
