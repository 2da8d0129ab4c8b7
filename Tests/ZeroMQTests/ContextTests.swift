import Platform
import Testing
import ZeroMQ

@Suite struct ContextTests {
  @Test func libraryThreadsBlockAllSignals() throws {
    let socket = try Socket(.pub, .stream)
    try socket.bind("tcp://127.0.0.1:*")
    // A thread gives itself its name a moment after it starts.
    let deadline = Clock.bootNanos() + patienceNanos
    var masks = try libraryThreadMasks()
    while masks.count < 2, Clock.bootNanos() < deadline {
      TestLink.pauseMillis(2)
      masks = try libraryThreadMasks()
    }
    #expect(masks.count >= 2, "the I/O thread and the reaper")
    for (name, blocked) in masks {
      // Bit n - 1 stands for signal n: SIGHUP 1, SIGINT 2, SIGUSR1 10, SIGPIPE 13, SIGTERM 15, SIGCHLD 17.
      for signal in [1, 2, 10, 13, 15, 17] {
        #expect(blocked >> UInt64(signal - 1) & 1 == 1, "signal \(signal) in \(name)")
      }
    }
    _ = socket.lastEndpoint
  }

  /// The names and blocked signals of ZeroMQ's threads.
  private func libraryThreadMasks() throws -> [(name: String, blocked: UInt64)] {
    var masks: [(name: String, blocked: UInt64)] = []
    for task in try FileSystem.list("/proc/self/task") {
      // A thread of another test may end between the listing and the reading.
      guard let status = try readIfPresent("/proc/self/task/\(task)/status") else { continue }
      guard let name = status["Name"], name.hasPrefix("ZMQbg") else { continue }
      masks.append((name, try #require(UInt64(status["SigBlk"] ?? "", radix: 16))))
    }
    return masks
  }

  @Test func creatingASocketLeavesTheCallersSignalsAlone() throws {
    let before = try readIfPresent("/proc/thread-self/status")?["SigBlk"]
    let socket = try Socket(.pub, .stream)
    #expect(try readIfPresent("/proc/thread-self/status")?["SigBlk"] == before)
    _ = socket.lastEndpoint
  }

  @Test func terminatingWaitsForLingeringMessages() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let context = Context()
    try sendAndClose(context, router.lastEndpoint)
    context.terminate()
    var identity = Message()
    var body = Message()
    for number in 0..<50 {
      #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
      #expect(body.text == "\(number)")
    }
  }

  private func sendAndClose(_ context: Context, _ endpoint: String) throws {
    let dealer = try Socket(.dealer, SocketOptions(lingerMillis: 20_000), context: context)
    try dealer.connect(endpoint)
    for number in 0..<50 {
      #expect(TestLink.send(dealer, Array("\(number)".utf8)) == .sent)
    }
  }

  @Test func tooManySocketsIsAnErrorNotACrash() throws {
    let context = Context()
    let error = exhaust(context, left: Int(Context.maxSockets) + 1)
    #expect(error == .tooManyOpenFiles)
    context.terminate()
  }

  /// Holds one socket per level of recursion, as sockets cannot be put into an array.
  private func exhaust(_ context: Context, left: Int) -> ZeroMQError? {
    if left == 0 { return nil }
    do throws(ZeroMQError) {
      let socket = try Socket(.dealer, .session(), context: context)
      let error = exhaust(context, left: left - 1)
      _ = socket.kind
      return error
    } catch {
      return error
    }
  }

  private func readIfPresent(_ path: String) throws -> [String: String]? {
    do throws(FileError) {
      let text = String(decoding: try FileSystem.read(path, maxBytes: 16_384), as: UTF8.self)
      var fields: [String: String] = [:]
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2 { fields[String(parts[0])] = String(parts[1].drop { $0 == "\t" || $0 == " " }) }
      }
      return fields
    } catch {
      // ESRCH: the thread ended between the open and the read.
      if error.isMissing || error.code == 3 { return nil }
      throw error
    }
  }
}
