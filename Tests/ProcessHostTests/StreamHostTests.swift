import ActorKit
import Colony
import CoreTestKit
import Foundation
import Platform
import Testing
import Wire
import ZeroMQ

/// Streams between real processes' hosts, over real sockets.
@Suite struct StreamHostTests {
  private static let book = HandMadeFrames.topic("market", "book", "TOY", "TEST")

  @Test func aLateSubscriberGetsASnapshotAndThenEveryDeltaInOrder() throws {
    let folder = try HostFolder()
    let publisher = RunningReactor(folder.server, Probe.Plan(topics: [Self.book], publishes: 400))
    try publisher.waitUntil("some are published") { $0.published > 20 }
    let subscriber = RunningReactor(folder.client, Probe.Plan())
    try subscriber.waitUntil("the last delta is there") { $0.sights.last?.id == 400 }
    let sights = subscriber.log.sights
    #expect(sights.first?.isSnapshot == true)
    #expect(sights.first?.id ?? 0 > 1, "it joined late")
    // Each number once, from the snapshot's on, none missing.
    let first = try #require(sights.first?.id)
    #expect(sights.map(\.id) == Array(first...400))
    #expect(sights.allSatisfy { $0.sequence == $0.id })
    try subscriber.stop()
    try publisher.stop()
  }

  @Test func aQuietPublishersStateIsAskedForAtTheStart() throws {
    let folder = try HostFolder()
    let top = HandMadeFrames.topic("market", "top", "TOY", "TEST")
    let publisher = RunningReactor(folder.server, Probe.Plan(topics: [top], publishes: 1))
    ProcessControl.pause(nanos: 40 * .nanosPerMilli)
    let subscriber = RunningReactor(HostFolder.client(folder.path, expected: [top]), Probe.Plan())
    try subscriber.waitUntil("the state is there") { !$0.sights.isEmpty }
    #expect(subscriber.log.sights.first?.isSnapshot == true)
    try subscriber.stop()
    try publisher.stop()
  }

  @Test func aRestartedPublisherIsToldOfAndItsStreamsBeginAnew() throws {
    let folder = try HostFolder()
    let plan = Probe.Plan(topics: [Self.book], publishes: 60)
    let first = RunningReactor(folder.server, plan)
    let subscriber = RunningReactor(folder.client, Probe.Plan())
    try subscriber.waitUntil("the first life is heard") { $0.sights.last?.id == 60 }
    try first.stop()
    let second = RunningReactor(folder.server, plan)
    try subscriber.waitUntil("the second life is heard") {
      $0.sights.last.map { $0.epoch == 2 && $0.id == 60 } ?? false
    }
    #expect(subscriber.log.events.contains(.streamRestarted(sender: 1)))
    let after = subscriber.log.sights.drop { $0.epoch == 1 }
    #expect(after.allSatisfy { $0.epoch == 2 }, "nothing of the dead comes after the living")
    // From the first delta of the epoch, or from a snapshot; contiguous either way.
    #expect(after.first.map { $0.isSnapshot || $0.id == 1 } == true)
    #expect(zip(after, after.dropFirst()).allSatisfy { $1.id == $0.id + 1 || $1.isSnapshot })
    try subscriber.stop()
    try second.stop()
  }

  @Test func garbageFromAPublisherIsCountedAndTheRestIsTakenIn() throws {
    let folder = try HostFolder()
    let publisher = try Socket(.pub, .stream)
    try publisher.bind("ipc://\(folder.path)/a.pub")
    let subscriber = RunningReactor(HostFolder.client(folder.path, hasSession: false), Probe.Plan())
    let trades = HandMadeFrames.topic("market", "trade", "TOY", "TEST")
    // Sent until heard: a PUB drops what comes before the subscription.
    var sequence: UInt64 = 0
    try subscriber.waitUntil("a good message is there") { log in
      sequence += 1
      _ = publisher.send(topic: trades.bytes, body: HandMadeFrames.trade(sequence: sequence).span.bytes)
      return !log.sights.isEmpty
    }
    let name = Array(trades.description.utf8)
    let good = HandMadeFrames.trade(sequence: 5_000)
    let bad: [(topic: [UInt8], body: [UInt8])] = [
      (name, [1, 2, 3]), (name, Array(good.dropLast())), (name, []), (Array("market.no dot".utf8), good),
      (Array("market.\u{1}.".utf8), good), (Array("market.".utf8) + [UInt8](repeating: 65, count: 90), good),
      (name, HandMadeFrames.trade(sender: 9, sequence: 5_000)),
    ]
    for frames in bad {
      #expect(publisher.send(topic: frames.topic.span.bytes, body: frames.body.span.bytes) == .sent)
    }
    for part in 0..<5 { _ = publisher.send(name.span.bytes, more: part < 4) }
    _ = publisher.send(name.span.bytes, more: false)
    _ = publisher.send(topic: name.span.bytes, body: good.span.bytes)
    try subscriber.waitUntil("work goes on") { $0.sights.last?.id == 5_000 }
    let ended = try subscriber.stop()
    #expect(ended.statistics.malformedEnvelopes == 5)
    #expect(ended.statistics.refused.reduce(0, +) == 3)
    #expect(ended.statistics.misplaced == 1)
  }

  @Test func bytesThatAreNoZeroMQDoNotHarmEitherPort() throws {
    let folder = try HostFolder()
    let running = RunningReactor(folder.server, Probe.Plan(topics: [Self.book], publishes: 50))
    let client = try ControlClient(folder.server.controlEndpoint)
    #expect(try client.ask(.status, id: 1).contains("\"a\""))
    for name in ["a.pub", "a.ctl"] {
      for size in [1, 9, 64, 5_000] {
        let noise = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ size) }
        try Self.writeRaw(noise, toSocket: "\(folder.path)/\(name)")
      }
    }
    #expect(try client.ask(.status, id: 2).contains("\"a\""))
    try running.stop()
  }

  private static func writeRaw(_ bytes: [UInt8], toSocket path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(connected == 0, "errno \(errno)")
    // MSG_NOSIGNAL: the host may already have hung up on us, which is its right.
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}
