import Platform
import Testing

/// The programs of this package, as they were built beside this test bundle.
enum Programs {
  /// Where a program lies.
  static func path(_ name: String) throws -> String {
    let path = try FileSystem.programDirectory() + "/\(name)"
    try #require(try FileSystem.exists(path), "\(path) is missing: build everything with --build-tests")
    return path
  }

  /// Starts a program. Its standard output and standard error go to the ends of these files.
  static func start(
    _ name: String, _ words: [String], output: String, errors: String, stateFolder: String,
    workingDirectory: String
  ) throws -> ChildProcess {
    // The shell only splits the two streams; exec leaves the program under the process id that is known.
    let split = ["/bin/sh", "-c", "exec \"$@\" 2>>\"$0\"", errors]
    let others = Environment.all().filter { !$0.hasPrefix("WAGGLE_STATE=") }
    return try ChildProcess(
      split + [try path(name)] + words, environment: others + ["WAGGLE_STATE=\(stateFolder)"],
      output: .append(path: output), workingDirectory: workingDirectory, ownGroup: true)
  }

  /// Runs a program to its end. One that does not end within the time is killed, and has no status.
  static func run(
    _ name: String, _ words: [String], in folder: String, stateFolder: String, forSeconds seconds: Int64 = 60
  ) async throws -> ProgramResult {
    let scratch = try FileSystem.temporaryDirectory("waggle-program")
    let (output, errors) = ("\(scratch)/out", "\(scratch)/err")
    try FileSystem.write([], to: errors)
    let child = try start(
      name, words, output: output, errors: errors, stateFolder: stateFolder, workingDirectory: folder)
    let status = await end(of: child, forSeconds: seconds)
    if status == nil {
      try child.send(signal: 9, toGroup: true)
      _ = await end(of: child, forSeconds: 10)
    }
    let result = ProgramResult(status: status, output: try text(output), errors: try text(errors))
    try FileSystem.remove(scratch)
    return result
  }

  /// How a child ended; nil when it still runs after this time.
  static func end(of child: ChildProcess, forSeconds seconds: Int64) async -> ChildStatus? {
    let deadline = Clock.bootNanos() + seconds * 1_000_000_000
    while Clock.bootNanos() < deadline {
      if let status = child.poll() { return status }
      await pause(millis: 10)
    }
    return child.poll()
  }
}

/// What a program said, and how it ended.
struct ProgramResult: CustomStringConvertible {
  /// Nil when it did not end by itself.
  let status: ChildStatus?
  let output: String
  let errors: String

  var code: Int32? {
    guard case .exited(let code) = status else { return nil }
    return code
  }

  var description: String {
    "\(status.map(String.init(describing:)) ?? "did not end"); said: \(output)\ncomplained: \(errors)"
  }
}

/// Waits without keeping a thread of the test runner.
func pause(millis: Int) async {
  do { try await Task.sleep(for: .milliseconds(millis)) } catch {
    // Only a cancelled test is woken early; what it waits for has its own deadline.
    return
  }
}

/// The text of a file of a test.
func text(_ path: String) throws(FileError) -> String {
  String(decoding: try FileSystem.read(path, maxBytes: 64 << 20), as: UTF8.self)
}
