import Foundation
import Platform
import Testing
import Topology
import ZeroMQ

/// Every template with extreme envelopes and numbers, to every port of a colony that trades.
@Suite struct ExtremeFrameTests {
  /// A new seed each time, or that of WAGGLE_SEED, and those that once stopped the trading: a stranger's word
  /// that the market had ended, and his panic in the name of another colony, given inside a session.
  private static let seeds: [UInt64] = [
    ProcessInfo.processInfo.environment["WAGGLE_SEED"].flatMap(UInt64.init) ?? .random(in: 0 ... .max),
    17_504_601_548_087_957_562, 6_047_820_533_091_844_846,
  ]

  @Test(arguments: seeds) func noFrameStopsAProgramOrTheTrading(_ seed: UInt64) async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      let before = try colony.components()
      var sent = 0
      for component in colony.topology.components {
        let port = colony.portBase + 2 * component.number
        // A stranger, and somebody with each number that a real peer has.
        let senders: [UInt16] = [0, .max, component.number]
        sent += try await send(ExtremeFrames.all(senders: senders, seed: seed), to: port, as: nil)
        for peer in colony.topology.components where peer.number != component.number {
          let frames = ExtremeFrames.all(senders: [peer.number], seed: seed &+ UInt64(peer.number))
          sent += try await send(frames, to: port, as: nil)
          sent += try await send(frames, to: port, as: "waggle-\(peer.number)")
        }
        sent += try await ask(ExtremeFrames.all(senders: [0], seed: seed), at: port)
      }
      #expect(sent > 5_000, "only \(sent) frames were taken")
      let after = try colony.components()
      let deaths = before.filter { after[$0.key] != $0.value }.keys.sorted()
      print("\(sent) extreme frames, \(deaths.count) deaths")
      #expect(deaths.isEmpty, "died of \(sent) frames, seed \(seed)")
      do { try await colony.trading() } catch {
        Issue.record("it does not trade on; repeat with WAGGLE_SEED=\(seed)")
        throw error
      }
      #expect(try await colony.command(["stop"]).code == 0, "seed \(seed)")
      let result = try await colony.end()
      #expect(result.code == 0, "seed \(seed): \(result)")
      let report = try await colony.report()
      #expect(report["reconciled"]?.bool == true, "seed \(seed)")
      #expect(report["restarts"]?["count"]?.integer == 0, "seed \(seed)")
    }
  }

  /// How many of the frames went out, over one connection of this name.
  private func send(_ frames: [[UInt8]], to port: UInt16, as name: String?) async throws -> Int {
    let dealer = try Socket(.dealer, .session(routingID: Array((name ?? "").utf8)))
    try dealer.connect("tcp://127.0.0.1:\(port)")
    var sent = 0
    var answer = Message()
    for frame in frames {
      for attempt in 0..<40 {
        if dealer.send(frame.span.bytes, more: false) == .sent {
          sent += 1
          break
        }
        // A name that the real peer has is not given twice: then nobody takes anything.
        if sent == 0, attempt > 20 { return 0 }
        await pause(millis: 2)
      }
      // Nobody is held up by answers that are not read.
      while case .received = dealer.receive(into: &answer) {}
    }
    await pause(millis: 20)
    return sent
  }

  /// One request from each of as many sockets, as scripts do.
  private func ask(_ frames: [[UInt8]], at port: UInt16) async throws -> Int {
    var sent = 0
    for (number, frame) in frames.enumerated() {
      // A closed socket counts until it has lingered, and a process has a bounded number of them.
      if number % 16 == 15 { await pause(millis: 60) }
      let asking = try Socket(.req, SocketOptions(lingerMillis: 50))
      try asking.connect("tcp://127.0.0.1:\(port)")
      if asking.send(frame.span.bytes, more: false) == .sent { sent += 1 }
    }
    await pause(millis: 20)
    return sent
  }
}
