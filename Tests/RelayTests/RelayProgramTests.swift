import CoreTestKit
import Platform
import Relay
import Testing
import Topology
import Vocabulary
import Wire
import ZeroMQ

/// `waggle-relay` as a program of its own, as a supervisor starts it.
@Suite struct RelayProgramTests {
  @Test("Observers go on when the relay is killed and started again, and the publishers notice nothing")
  func killedAndStartedAgain() throws {
    try withProgram { program in
      let publishers = try program.topology.publishers.map { publisher in
        let socket = try Socket(.xpub, .stream)
        try socket.bind(publisher.publish.text(runtimeDirectory: program.runtimeDirectory))
        return Held(socket)
      }
      var relay = try program.start()
      let observer = try Socket(.sub, .stream)
      try observer.connect(program.observerEndpoint)
      observer.subscribe("a.")
      var epochs: [UInt32] = []
      observer.subscribe("\(Topics.relay(component: 7))")
      for round in UInt8(0)..<3 {
        var asked = 0
        try eventually("everyone is asked for a.") {
          // A SUB socket asks anew after a break when it is looked at, as every observer does all the time.
          while observer.nextPair() != nil {}
          for publisher in publishers {
            var frame = Message()
            while case .received = publisher.socket.receive(into: &frame) {
              if frame.copy() == [1] + Array("a.".utf8) { asked += 1 }
            }
          }
          return asked == publishers.count
        }
        var sent = Set<[UInt8]>()
        for (place, publisher) in publishers.enumerated() {
          let body = [round, UInt8(place)]
          publisher.socket.publish("a.", body)
          sent.insert(body)
        }
        try eventually("all of round \(round), and who carries them") {
          while let pair = observer.nextPair() {
            sent.remove(pair.body)
            guard let status = RelayStatusView(pair.body.span.bytes) else { continue }
            if epochs.last != status.envelope.epoch { epochs.append(status.envelope.epoch) }
          }
          return sent.isEmpty && epochs.count == Int(round) + 1
        }
        guard round < 2 else { break }
        try relay.send(signal: 9)
        #expect(relay.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .signaled(signal: 9))
        // Whoever publishes forgets what a dead relay wanted, before the next one asks anew.
        for publisher in publishers { try publisher.socket.awaitFrame([0] + Array("a.".utf8)) }
        relay = try program.start()
      }
      #expect(epochs == epochs.sorted() && Set(epochs).count == 3, "an incarnation has the epoch of another")
      try relay.send(signal: 15)
      #expect(relay.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 0))
    }
  }

  @Test("Its status names every publisher once, with the age of what it said last")
  func status() throws {
    try withProgram { program in
      let relay = try program.start()
      let feed = try Socket(.xpub, .stream)
      let endpoint = try #require(program.topology.component(named: "feed")).publish
      try feed.bind(endpoint.text(runtimeDirectory: program.runtimeDirectory))
      try feed.awaitSubscription(Relay.ownPrefix)
      feed.publish("\(Topics.heartbeat(component: 2))", Frames.beat(2, sequence: 1))
      feed.publish("\(Topics.heartbeat(component: 2))", Frames.beat(2, sequence: 4))
      let observer = try Socket(.sub, .stream)
      try observer.connect(program.observerEndpoint)
      observer.subscribe("\(Topics.relay(component: 7))")
      var isTold = false
      try eventually("the status tells of the feed") {
        while let pair = observer.nextPair() {
          guard let status = RelayStatusView(pair.body.span.bytes) else {
            Issue.record("no status: \(pair.body)")
            return true
          }
          let publishers = (0..<status.publishersCount).map { status.publisher($0) }
          try #require(publishers.map(\.component) == [1, 2, 3, 4, 5, 6])
          guard publishers[1].framesCarried == 2 else { continue }
          isTold = true
          #expect(publishers[1].framesMissed == 2)
          #expect((publishers[1].lastFrameAgeNanos ?? -1) >= 0)
          #expect(publishers[0].lastFrameAgeNanos == nil)
        }
        return isTold
      }
      try relay.send(signal: 15)
      #expect(relay.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 0))
    }
  }

  @Test("A name that is no relay of the topology is wrong usage, a port in use is held by another")
  func refusals() throws {
    try withProgram { program in
      let feed = try program.start("feed")
      #expect(feed.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 64))
      let nobody = try program.start("nobody")
      #expect(nobody.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 64))
    }
  }
}

/// A colony's file whose endpoints are Unix sockets of this test.
private final class RelayFixture {
  let folder: String
  let topology: Topology
  private var children: [ChildProcess] = []

  init(folder: String, topology: Topology) {
    self.folder = folder
    self.topology = topology
  }

  var runtimeDirectory: String { "\(folder)/waggle" }
  var observerEndpoint: String { "ipc://\(runtimeDirectory)/relay.pub" }

  func start(_ component: String = "relay") throws -> ChildProcess {
    let environment = Environment.all().filter { !$0.hasPrefix("XDG_RUNTIME_DIR=") }
    let child = try ChildProcess(
      [
        try FileSystem.programDirectory() + "/waggle-relay", "--topology", "\(folder)/topology.json5",
        "--component", component, "--run", "\(folder)/run-1",
      ], environment: environment + ["XDG_RUNTIME_DIR=\(folder)"],
      output: .append(path: "\(folder)/out"), ownGroup: true)
    children.append(child)
    return child
  }

  /// Ends and collects what a failed test has left behind.
  func endAll() throws {
    for child in children where child.poll() == nil {
      try child.send(signal: 9)
      _ = child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
    }
  }

  static let text: String = {
    func ends(_ name: String) -> String {
      "publish: \"ipc://\(name).pub\", control: \"ipc://\(name).ctl\", host: \"local\""
    }
    return SampleColony.text(
      "test", session: "mode: \"paper\"", restart: "", hasRelay: true, ends: ends)
  }()
}

private func withProgram<R>(_ body: (RelayFixture) throws -> R) throws -> R {
  let folder = try FileSystem.temporaryDirectory("waggle-relay")
  let result = Result {
    try FileSystem.createDirectory("\(folder)/waggle", mode: 0o700)
    try FileSystem.write(Array(RelayFixture.text.utf8), to: "\(folder)/topology.json5")
    let fixture = RelayFixture(folder: folder, topology: try Topology.load(text: RelayFixture.text))
    let result = Result { try body(fixture) }
    try fixture.endAll()
    return try result.get()
  }
  try FileSystem.remove(folder)
  return try result.get()
}
