import Glibc
import Platform
import Testing

@Suite struct ChildProcessTests {
  private func end(_ child: ChildProcess) -> ChildStatus? {
    child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
  }

  private func shell(_ script: String, output: ChildOutput = .discard) throws(FileError) -> ChildProcess {
    try ChildProcess(["/bin/sh", "-c", script], output: output)
  }

  @Test func theExitCodeIsTold() throws {
    for code: Int32 in [0, 1, 75, 255] {
      #expect(end(try shell("exit \(code)")) == .exited(code: code))
    }
  }

  @Test func aSignalIsTold() throws {
    let child = try shell("kill -KILL $$")
    #expect(end(child) == .signaled(signal: SIGKILL))
    #expect(child.poll() == .signaled(signal: SIGKILL), "the status stays")
    #expect(child.poll()?.description == "ended by signal 9 (SIGKILL)")
    try child.send(signal: SIGTERM)
  }

  @Test func aRunningChildIsPolledAndStopped() throws {
    let child = try ChildProcess(["/bin/sleep", "600"], output: .discard)
    #expect(child.poll() == nil)
    #expect(child.wait(untilBootNanos: Clock.bootNanos() + 5_000_000) == nil)
    #expect(kill(child.pid, 0) == 0)
    try child.send(signal: SIGTERM)
    #expect(end(child) == .signaled(signal: SIGTERM))
  }

  @Test func outputIsAppended() throws {
    try withTemporaryFolder { (folder) throws in
      let log = "\(folder)/log"
      #expect(end(try shell("echo out; echo err >&2", output: .append(path: log))) == .exited(code: 0))
      #expect(end(try shell("echo again", output: .append(path: log))) == .exited(code: 0))
      #expect(try text(log) == "out\nerr\nagain\n")
    }
  }

  @Test func argumentsEnvironmentAndFolderArriveAsGiven() throws {
    try withTemporaryFolder { (folder) throws in
      let script = #"printf '%s|' "$@" "$NAME" "$OTHER"; pwd; cat"#
      let child = try ChildProcess(
        ["/bin/sh", "-c", script, "sh", "a b", "", "ü$'\""], environment: ["NAME=x y", "PATH=/usr/bin:/bin"],
        output: .append(path: "\(folder)/log"), workingDirectory: folder)
      #expect(end(child) == .exited(code: 0))
      #expect(try text("\(folder)/log") == "a b||ü$'\"|x y||\(folder)\n")
    }
  }

  @Test func aChildStartsWithNoSignalBlockedOrIgnored() throws {
    try withTemporaryFolder { (folder) throws in
      try onThread {
        // This thread has signals blocked, and the first write ignores SIGPIPE, as in every host.
        let source = try SignalSource([SIGTERM, SIGUSR1])
        #expect(StandardOutput.write("") == .written)
        let log = "\(folder)/log"
        let child = try ChildProcess(["/bin/cat", "/proc/self/status"], output: .append(path: log))
        #expect(child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 0))
        let status = try text(log)
        #expect(status.contains("SigBlk:\t0000000000000000"))
        // 32 and 33 belong to the C library, which hides them from everyone.
        let ignored = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigIgn:\t") })
        #expect(try #require(UInt64(ignored.dropFirst(8), radix: 16)) & 0x7FFF_FFFF == 0)
        #expect(source.next() == nil)
      }
    }
  }

  @Test func aChildGetsNoDescriptorButItsOutput() throws {
    try withTemporaryFolder { (folder) throws in
      let lock = try FileLock("\(folder)/lock")
      let log = "\(folder)/log"
      // One the shell or test runner may have left open; it lacks the close-on-exec mark.
      let stray = open("/dev/null", O_RDONLY)
      try #require(stray >= 0)
      defer { close(stray) }
      let child = try ChildProcess(["/bin/ls", "/proc/self/fd"], output: .append(path: log))
      #expect(end(child) == .exited(code: 0))
      // The folder's listing is itself open while it is read, as number 3.
      #expect(try text(log) == "0\n1\n2\n3\n")
      #expect(lock.path == "\(folder)/lock")
    }
  }

  @Test func aGroupIsSignalledWhole() throws {
    try withTemporaryFolder { (folder) throws in
      let log = "\(folder)/log"
      let child = try ChildProcess(
        ["/bin/sh", "-c", "sleep 600 & echo $!; wait"], output: .append(path: log), ownGroup: true)
      #expect(getpgid(child.pid) == child.pid)
      let deadline = Clock.bootNanos() + patienceNanos
      var grandchild: Int32?
      while grandchild == nil, Clock.bootNanos() < deadline {
        if try text(log).hasSuffix("\n") { grandchild = Int32(try text(log).dropLast()) }
        usleep(2000)
      }
      let orphan = try #require(grandchild)
      try child.send(signal: SIGKILL, toGroup: true)
      #expect(end(child) == .signaled(signal: SIGKILL))
      var state = try ProcessState.read(orphan)
      while state == .running, Clock.bootNanos() < deadline {
        usleep(2000)
        state = try ProcessState.read(orphan)
      }
      #expect(state == .gone)
    }
  }

  private enum ProcessState {
    case running, gone

    /// A zombie nobody has collected yet counts as gone.
    static func read(_ pid: Int32) throws(FileError) -> ProcessState {
      guard try FileSystem.exists("/proc/\(pid)") else { return .gone }
      do throws(FileError) {
        return try text("/proc/\(pid)/stat").contains(") Z ") ? .gone : .running
      } catch {
        if error.isMissing || error.code == ESRCH { return .gone }
        throw error
      }
    }
  }

  @Test func whatCannotBeStartedIsAnError() throws {
    #expect(throws: FileError(path: "/no/such/program", operation: "start", code: ENOENT)) {
      try ChildProcess(["/no/such/program"])
    }
    #expect(throws: FileError(path: "/etc/passwd", operation: "start", code: EACCES)) {
      try ChildProcess(["/etc/passwd"])
    }
    #expect(throws: FileError.self) { try ChildProcess(["/bin/true", "a\u{0}b"]) }
    #expect(throws: FileError(path: "/no/such/log", operation: "open", code: ENOENT)) {
      try ChildProcess(["/bin/true"], output: .append(path: "/no/such/log"))
    }
  }
}
