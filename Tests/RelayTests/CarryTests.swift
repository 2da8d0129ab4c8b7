import Foundation
import Platform
import Relay
import Testing
import Wire
import ZeroMQ

/// Messages through a relay, over real sockets.
///
/// Where none may be lost, or many are sent, the test has a process of its own: all sockets of a process share
/// one thread, and what keeps that busy for seconds makes connections be given up.
@Suite struct CarryTests {
  @Test("Both frames arrive byte for byte, and those of a publisher in the order it sent them")
  func bytesAndOrder() async throws {
    await #expect(processExitsWith: .success) {
      var random = Seeded()
      try withRelay(publishers: 3) { relay in
        let publishers = try (1...3).map { Held(try relay.publisher($0)) }
        let observer = try relay.observer("")
        var lostConnections = 0
        var isWhole = false
        while !isWhole {
          for publisher in publishers { try publisher.socket.awaitSubscription("") }
          var attempt = Attempt(number: UInt8(truncatingIfNeeded: lostConnections))
          for round in 0..<600 { attempt.send(round, by: publishers, &random) }
          // A process that is not run for three seconds gives connections up, and what was on its way by one
          // is lost, as it may be: then all is sent anew. It is told by the end of the subscription.
          var isLost = false
          try eventually("all have come: \(attempt), \(lostConnections) connections were lost before") {
            attempt.receive(from: observer)
            isLost = publishers.contains { $0.socket.hasLostSubscription("") }
            return attempt.isWhole || isLost
          }
          isWhole = attempt.isWhole
          if !isWhole { lostConnections += 1 }
          if isWhole { #expect(attempt.received == attempt.sent, Seeded.hint) }
        }
      }
    }
  }

  /// What has been sent since the connections stood, and what of it has come.
  private struct Attempt: CustomStringConvertible {
    /// Stands in each topic: what an earlier one has sent may come late.
    let number: UInt8
    private(set) var sent: [[UInt8]: [[UInt8]]] = [:]
    private(set) var received: [[UInt8]: [[UInt8]]] = [:]

    init(number: UInt8) { self.number = number }

    /// Topics of any bytes, bodies from nothing to the largest frame there may be.
    mutating func send(_ round: Int, by publishers: [Held], _ random: inout Seeded) {
      let place = Int.random(in: 0..<publishers.count, using: &random)
      let topic = [number, UInt8(place)] + Array("t\(Int.random(in: 0..<4, using: &random)).".utf8)
      let body = round % 100 == 99 ? random.bytes(65_536...65_536) : random.bytes(0...400)
      _ = publishers[place].socket.send(topic: topic, body: body.span.bytes)
      sent[topic, default: []].append(body)
    }

    mutating func receive(from observer: borrowing Socket) {
      while let pair = observer.nextPair() {
        guard pair.topic.first == number, sent[pair.topic] != nil else { continue }
        received[pair.topic, default: []].append(pair.body)
      }
    }

    var isWhole: Bool { Self.count(received) >= Self.count(sent) }

    var description: String { "\(Self.count(received)) of \(Self.count(sent))" }

    private static func count(_ bodies: [[UInt8]: [[UInt8]]]) -> Int {
      bodies.values.reduce(0) { $0 + $1.count }
    }
  }

  @Test("A publisher is told of a prefix once for all observers, and of its end when the last has gone")
  func subscriptionsAreForwarded() throws {
    try withRelay { relay in
      let publisher = try relay.publisher(1)
      try publisher.awaitSubscription(Relay.ownPrefix)
      do {
        let first = try relay.observer("market.book.")
        #expect(try publisher.nextFrame() == [1] + Array("market.book.".utf8))
        do {
          let second = try relay.observer("market.book.", "market.top.")
          #expect(try publisher.nextFrame() == [1] + Array("market.top.".utf8))
          _ = second.kind
        }
        // The end of the one that nobody else wants comes; that of the other would have come before it.
        #expect(try eventuallyFrame(of: publisher) == [0] + Array("market.top.".utf8))
        _ = first.kind
      }
      #expect(try eventuallyFrame(of: publisher) == [0] + Array("market.book.".utf8))
    }
  }

  @Test("Nothing is carried that nobody wants, and a vanished observer wants nothing any more")
  func nothingUnwanted() throws {
    try withRelay { relay in
      let publisher = try relay.publisher(1)
      try publisher.awaitSubscription(Relay.ownPrefix)
      let observer = try relay.observer("a.", "colony.relay.")
      do {
        let other = try relay.observer("b.")
        try publisher.awaitSubscription("b.")
        _ = other.kind
      }
      #expect(try eventuallyFrame(of: publisher) == [0] + Array("b.".utf8))
      for number in 0..<100 {
        publisher.publish("b.", [UInt8(number)])
        publisher.publish("c.", [UInt8(number)])
        publisher.publish("a.", [UInt8(number)])
      }
      var bodies: [[UInt8]] = []
      var carried: [UInt64] = []
      try eventually("the relay tells of a hundred") {
        while let pair = observer.nextPair() {
          if pair.topic == Array("a.".utf8) { bodies.append(pair.body) }
          if let status = RelayStatusView(pair.body.span.bytes) { carried.append(status.framesCarried) }
        }
        return carried.last == 100 && bodies.count == 100
      }
      #expect(bodies == (0..<100).map { [UInt8($0)] })
    }
  }

  /// The next frame that is not the beginning of a subscription.
  private func eventuallyFrame(of publisher: borrowing Socket) throws -> [UInt8] {
    while true {
      let frame = try publisher.nextFrame()
      if frame.first != 1 { return frame }
    }
  }

  @Test("An observer that does not read loses what is beyond its queues; the other and the publisher nothing")
  func slowObserver() async throws {
    await #expect(processExitsWith: .success) {
      try withRelay { relay in
        let publisher = try relay.publisher(1)
        let slow = try relay.observer("a.", options: SocketOptions(highWaterMark: 1))
        let quick = try relay.observer("a.")
        try publisher.awaitSubscription("a.")
        try Self.awaitObservers(2, relay)
        let total = 30_000
        var received = 0
        var body = [UInt8](repeating: 7, count: 1_000)
        for number in 0..<total {
          body.replaceSubrange(0..<4, with: withUnsafeBytes(of: UInt32(number).littleEndian, Array.init))
          publisher.publish("a.", body)
          // In steps of a fraction of the high-water marks, so that only who does not read loses anything.
          guard number % 1_000 == 999 else { continue }
          try eventually("the quick one has \(number + 1)") {
            while let pair = quick.nextPair() {
              let sequence = pair.body.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
              try #require(sequence == received, "\(sequence) instead of \(received)")
              received += 1
            }
            return received == number + 1
          }
        }
        var late = 0
        while let pair = slow.nextPair() {
          #expect(pair.body.count == 1_000)
          late += 1
          ProcessControl.pause(nanos: 50_000)
          if late > total { break }
        }
        // Bound: the relay's queue, and what the kernel and the two sockets hold beside it.
        #expect(late < total, "nothing was dropped for the slow one")
      }
    }
  }

  private static func awaitObservers(_ count: UInt32, _ relay: RunningRelay) throws {
    let watcher = try relay.observer("colony.relay.")
    try eventually("\(count) observers and the watcher") {
      while let pair = watcher.nextPair() {
        if let status = RelayStatusView(pair.body.span.bytes), status.observers == count + 1 { return true }
      }
      return false
    }
  }

  @Test("The observers that are connected are counted, and those that have gone are not")
  func observersAreCounted() throws {
    try withRelay { relay in
      try Self.awaitObservers(0, relay)
      let one = try relay.observer("a.")
      try Self.awaitObservers(1, relay)
      do {
        let more = try (0..<5).map { _ in Held(try relay.observer("b.")) }
        try Self.awaitObservers(6, relay)
        #expect(more.count == 5)
      }
      try Self.awaitObservers(1, relay)
      #expect(one.kind == .sub)
    }
  }

  @Test(
    "Messages of other than two frames, garbage of observers and at the control port are dropped and counted")
  func malformed() throws {
    var random = Seeded()
    try withRelay { relay in
      let publisher = try relay.publisher(1)
      let observer = try relay.observer("")
      try publisher.awaitSubscription("")
      let hostile = try Socket(.xsub, .stream)
      try hostile.connect(RunningRelay.observerEndpoint(relay.folder))
      let caller = try Socket(.dealer, .session())
      try caller.connect(RunningRelay.controlEndpoint(relay.folder))
      for _ in 0..<500 {
        _ = publisher.send(random.bytes(0...100).span.bytes)
        _ = publisher.send(random.bytes(0...10).span.bytes, more: true)
        _ = publisher.send(random.bytes(0...10).span.bytes, more: true)
        _ = publisher.send(random.bytes(0...10).span.bytes)
        _ = hostile.send(random.bytes(0...300).span.bytes, more: Bool.random(using: &random))
        _ = caller.send(random.bytes(0...300).span.bytes)
        // Readable from the outside, of a publisher that nobody knows, with every number a frame can have.
        publisher.publish("x.", Frames.beat(.max, epoch: .max, sequence: random.next()))
        publisher.publish(
          "y.", Array(Frames.beat(1, sequence: 1).prefix(Int.random(in: 0...140, using: &random))))
      }
      publisher.publish("last.", [1])
      var isLastThere = false
      var status: (malformed: UInt64, unread: UInt64)?
      try eventually("the last and the counts") {
        while let pair = observer.nextPair() {
          if pair.topic == Array("last.".utf8) { isLastThere = true }
          if let told = RelayStatusView(pair.body.span.bytes) {
            status = (told.framesMalformed, told.framesUnread)
          }
        }
        return isLastThere && status?.malformed == 1_000
      }
      #expect((status?.unread ?? 0) > 400, Seeded.hint)
      let counters = try ask(.counters, relay)
      #expect(counters.contains("\"control.dropped\":"), "\(counters)")
    }
  }

  private func ask(_ kind: CommandKind, _ relay: RunningRelay) throws -> String {
    let caller = try Socket(.req, .session())
    try caller.connect(RunningRelay.controlEndpoint(relay.folder))
    let command = Command(
      envelope: Envelope(origin: 0, correlation: .init(high: 1, low: 2)), kind: kind, scope: .firm,
      account: nil, strategy: nil, instrument: nil, operatorName: try #require(NameText("tester")))
    var frames = FrameWriter(capacity: 1 << 10)
    command.encode(into: &frames, reason: "a test".utf8)
    try eventually("somebody takes the command") { caller.send(frames.bytes) == .sent }
    let answer = try caller.nextFrame()
    guard let view = CommandResultView(answer.span.bytes) else {
      Issue.record("no answer to a command: \(answer)")
      return ""
    }
    #expect(view.component == RunningRelay.number && "\(view.colony)" == "test" && "\(view.run)" == "run-1")
    return "\(view.outcome) \(view.textString)"
  }

  @Test("The control port tells who it is and what is carried, and obeys no command")
  func controlPort() throws {
    try withRelay { relay in
      let status = try ask(.status, relay)
      #expect(
        status.hasPrefix("done {\"component\":\"relay\",\"colony\":\"test\",\"run\":\"run-1\""), "\(status)")
      #expect(status.contains("\"observers\":0"), "\(status)")
      #expect(try ask(.counters, relay).contains("\"framesCarried\":0"))
      #expect(try ask(.halt, relay).hasPrefix("refused relay only observes"))
      #expect(try ask(.stop, relay).hasPrefix("refused "))
    }
  }
}

/// A socket in an array.
final class Held {
  let socket: Socket
  init(_ socket: consuming Socket) { self.socket = socket }
}
