import Platform

/// Runs `body` with a folder of its own, which is removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = try FileSystem.temporaryDirectory("waggle-zmq")
  let result = Result { try body(folder) }
  try FileSystem.remove(folder)
  return try result.get()
}
