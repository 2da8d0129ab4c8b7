import Platform
import Testing
import Topology
import ZeroMQ

/// Garbage to every open port of a colony that trades.
@Suite struct GarbageTests {
  @Test func garbageToEveryPortIsCountedAndTradingGoesOn() async throws {
    let seed = UInt64.random(in: 0 ... .max)
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      let ports = (1...14).map { colony.portBase + $0 }
      var open: [TCPSocket] = []
      defer { for connection in open { connection.close() } }
      for (index, port) in ports.enumerated() {
        for bytes in Garbage.streams(seed: seed &+ UInt64(index)) {
          let connection = try #require(TCPSocket.connected(to: port), "port \(port), seed \(seed)")
          connection.send(bytes)
          // Every third stays, as half-open connections do.
          if open.count < 200, bytes.count % 3 == 0 { open.append(connection) } else { connection.close() }
        }
        await pause(millis: 1)
      }
      for (index, port) in ports.enumerated() {
        try await send(Garbage.bodies(seed: seed &+ UInt64(index)), to: port)
      }
      try await colony.trading()
      #expect(try await colony.command(["stop"]).code == 0, "seed \(seed)")
      let result = try await colony.end()
      #expect(result.code == 0, "seed \(seed): \(result)")
      try await expectCounted(colony, seed)
    }
  }

  /// From a socket of each kind that may be connected to a component, alone and in several frames.
  private func send(_ bodies: [[UInt8]], to port: UInt16) async throws {
    let endpoint = "tcp://127.0.0.1:\(port)"
    let listener = try Socket(.sub, .stream)
    try listener.connect(endpoint)
    listener.subscribe("")
    listener.subscribe("\u{1}\u{2}ÿ")
    let dealer = try Socket(.dealer, SocketOptions(lingerMillis: 1_000))
    try dealer.connect(endpoint)
    for (number, body) in bodies.enumerated() {
      for attempt in 0..<100 {
        // Publishers do not take requests: then there is nobody to hand them to.
        if dealer.send(body.span.bytes, more: number % 5 == 4) == .sent { break }
        if attempt > 20, number == 0 { return }
        await pause(millis: 5)
      }
    }
    _ = dealer.send([0].span.bytes)
    for body in bodies.prefix(20) {
      let asking = try Socket(.req, SocketOptions(lingerMillis: 100))
      try asking.connect(endpoint)
      _ = asking.send(body.span.bytes)
      await pause(millis: 2)
    }
  }

  /// Nobody died of it, the books reconcile, and everyone has counted what it refused.
  private func expectCounted(_ colony: RunningColony, _ seed: UInt64) async throws {
    let report = try await colony.report()
    #expect(report["reconciled"]?.bool == true, "seed \(seed)")
    #expect(report["restarts"]?["count"]?.integer == 0, "seed \(seed)")
    let refused = report["refusedFrames"]?.members ?? []
    #expect(Set(refused.map(\.key)) == Set(colony.topology.publishers.map(\.name)), "seed \(seed)")
    for component in refused {
      let reasons = component.value.members ?? []
      #expect(reasons.count >= 3, "\(component.key): \(reasons.map(\.key)), seed \(seed)")
      #expect(reasons.allSatisfy { ($0.value.integer ?? 0) > 0 }, "\(component.key)")
    }
  }
}
