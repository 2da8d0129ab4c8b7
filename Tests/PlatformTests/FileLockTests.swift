import Platform
import Testing

@Suite struct FileLockTests {
  private func attempt(_ path: String) -> FileLockError? {
    do throws(FileLockError) {
      _ = try FileLock(path)
      return nil
    } catch {
      return error
    }
  }

  /// Attempts again while the lock is held; nil as soon as one attempt got it.
  private func attemptUntilFree(_ path: String) -> FileLockError? {
    let deadline = Clock.bootNanos() + patienceNanos
    var error = attempt(path)
    while error != nil, Clock.bootNanos() < deadline { error = attempt(path) }
    return error
  }

  @Test func aSecondHolderIsToldWhoHasIt() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/lock"
      do {
        let lock = try FileLock(path)
        let held = FileLockError.held(path: lock.path, byProcess: ProcessStats.ownPID)
        #expect(attempt(path) == held)
        #expect(
          held.description == "\(path) is locked by process \(ProcessStats.ownPID): stop that one first")
        #expect(lock.path == path)
      }
      // Free again with its holder gone; a child another test starts may have it for a moment longer.
      #expect(attemptUntilFree(path) == nil)
      #expect(try FileSystem.exists(path) == true)
    }
  }

  @Test func aKilledHolderLetsGo() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/lock"
      let holder = try ChildProcess(
        ["/usr/bin/flock", path, "/bin/sleep", "600"], output: .discard, ownGroup: true)
      let deadline = Clock.bootNanos() + patienceNanos
      var error = attempt(path)
      while error == nil, Clock.bootNanos() < deadline { error = attempt(path) }
      #expect(error != nil)
      try holder.send(signal: 9, toGroup: true)
      #expect(attemptUntilFree(path) == nil)
      #expect(holder.wait(untilBootNanos: deadline) == .signaled(signal: 9))
    }
  }

  @Test func aMissingFolderIsAnError() {
    #expect(attempt("/no/such/lock") == .file(FileError(path: "/no/such/lock", operation: "open", code: 2)))
  }
}
