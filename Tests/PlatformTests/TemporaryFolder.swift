import Glibc
import Platform
import Testing

/// Only a failure gets near this long.
let patienceNanos: Int64 = 20_000_000_000

/// Runs `body` with a folder of its own, which is removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = try FileSystem.temporaryDirectory("waggle-platform")
  let result = Result { try body(folder) }
  try FileSystem.remove(folder)
  return try result.get()
}

/// The text of a small file.
func text(_ path: String) throws(FileError) -> String {
  String(decoding: try FileSystem.read(path, maxBytes: 1 << 20), as: UTF8.self)
}

/// Writes a small file.
func put(_ text: String, _ path: String) throws(FileError) {
  try FileSystem.write(Array(text.utf8), to: path)
}

/// Runs `body` on a thread of its own and waits for it to end.
func onThread(_ body: @escaping @Sendable () throws -> Void) throws {
  var id = pthread_t()
  let work = Unmanaged.passRetained(Work(body))
  let code = pthread_create(
    &id, nil,
    { argument in
      guard let argument else { return nil }
      let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
      do { try work.body() } catch { Issue.record(error) }
      return nil
    }, work.toOpaque())
  try #require(code == 0)
  pthread_join(id, nil)
}

private final class Work {
  let body: @Sendable () throws -> Void

  init(_ body: @escaping @Sendable () throws -> Void) {
    self.body = body
  }
}
