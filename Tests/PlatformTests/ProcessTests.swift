import CLinux
import Glibc
import Platform
import Testing

/// ProcessStats, Limits, Environment, Terminal and the standard streams.
@Suite struct ProcessTests {
  @Test func aLineOfProcIsRead() throws {
    // The name holds spaces and a parenthesis; fields 14, 15 and 24 are 250, 50 and 1234.
    let line =
      "42 (a b) c) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 500 9999 1234 "
      + "18446744073709551615 1 1\n"
    let stats = try #require(ProcessStats.parse(Array(line.utf8)))
    let tick = 1_000_000_000 / Int64(sysconf(Int32(_SC_CLK_TCK)))
    #expect(stats.userNanos == 250 * tick)
    #expect(stats.systemNanos == 50 * tick)
    #expect(stats.residentBytes == 1234 * Int64(sysconf(Int32(_SC_PAGESIZE))))
    for cut in [
      "", "42 (a", "42 (a) S 1 2", "42 (a) S 1 42 42 0 -1 4 100 0 0 0 x 50 0 0 20 0 1 0 500 9 1234 1",
    ] {
      #expect(ProcessStats.parse(Array(cut.utf8)) == nil, "\(cut)")
    }
  }

  @Test func thisProcessHasStatsAndAMissingOneHasNone() throws {
    let stats = try #require(try ProcessStats.read(ProcessStats.ownPID))
    #expect(stats.residentBytes > 1_000_000)
    #expect(stats.userNanos >= 0 && stats.systemNanos >= 0)
    let child = try ChildProcess(["/bin/true"], output: .discard)
    #expect(child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 0))
    // Its number may be taken again at once, but not by a process of this test.
    #expect(try ProcessStats.read(.max) == nil)
  }

  @Test func theFileLimitIsRaisedButNeverLowered() throws {
    let raised = try Limits.raiseOpenFiles(to: 512)
    #expect(raised >= 256)
    var limit = rlimit()
    #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    #expect(UInt64(limit.rlim_cur) >= raised)
    #expect(try Limits.raiseOpenFiles(to: 1) >= raised)
  }

  @Test func theEnvironmentIsRead() throws {
    let path = try #require(Environment.value("PATH"))
    #expect(Environment.all().contains("PATH=\(path)"))
    #expect(Environment.value("WAGGLE_NO_SUCH_VARIABLE") == nil)
  }

  @Test func aPipeIsNoTerminal() throws {
    let pipe = try TestPipe()
    #expect(!Terminal.isTTY(pipe.writer))
    #expect(Terminal.size(pipe.writer) == nil)
  }

  @Test func aReaderThatHangsUpIsAnOutcome() throws {
    var pipe = try TestPipe()
    #expect(writeStream(pipe.writer, "hello\n") == .written)
    pipe.closeReader()
    #expect(writeStream(pipe.writer, "hello\n") == .readerGone)
  }

  @Test func aFullDiskIsAnOutcome() throws {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    try #require(full >= 0)
    #expect(writeStream(full, "x") == .failed(code: ENOSPC))
    close(full)
  }

  @Test func aSlowReaderOfANonBlockingPipeGetsEverything() throws {
    var pipe = try TestPipe()
    #expect(fcntl(pipe.writer, F_SETFL, O_NONBLOCK) == 0)
    let text = String(repeating: "0123456789", count: 50_000)
    // More than the pipe holds: the reader starts while the writer waits.
    let reader = "/proc/\(ProcessStats.ownPID)/fd/\(pipe.reader)"
    let counter = try ChildProcess(
      ["/bin/sh", "-c", "exec 3< \(reader); sleep 0.05; wc -c <&3 | grep -qx 500000"], output: .discard)
    #expect(writeStream(pipe.writer, text) == .written)
    pipe.closeWriter()
    #expect(counter.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 0))
  }
}

/// Both ends of a pipe, closed with it.
private struct TestPipe: ~Copyable {
  private(set) var reader: Int32
  private(set) var writer: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe2(&ends, O_CLOEXEC) == 0)
    (reader, writer) = (ends[0], ends[1])
  }

  mutating func closeReader() {
    close(reader)
    reader = -1
  }

  mutating func closeWriter() {
    close(writer)
    writer = -1
  }

  deinit {
    if reader >= 0 { close(reader) }
    if writer >= 0 { close(writer) }
  }
}
