import ActorKit
import Platform
import Simulation
import Testing
import Topology
import Wire

/// No number in a frame stops a core, whatever state a trading colony is in.
@Suite struct ExtremeFieldTests {
  @Test(arguments: ["paper.json5", "intents.json5", "chaos.json5"]) func noNumberInAFrameStopsACore(
    name: String
  ) async throws {
    let first = UInt64.random(in: 0 ... .max)
    for round in UInt64(0)..<2 {
      // In a process of its own: what must not happen would end all tests.
      let seed = first &+ round
      await #expect(processExitsWith: .success, "seed \(seed)") {
        [seed = seed as UInt64, name = name as String] in
        for step in UInt64(0)..<1 { try Self.live(name, seed: seed &+ step << 32) }
      }
    }
  }

  /// A session that trades for a while in peace, and is then told everything.
  static func live(_ name: String, seed: UInt64) throws {
    let bytes = try FileSystem.read("\(root)/topology/\(name)", maxBytes: 1 << 20)
    let topology = try Topology.load(bytes: bytes).applying(.init(seed: seed % 1_000))
    let begin = Int64(10 + seed % 10) * .nanosPerSecond
    let cast = try ExtremeCast(
      ColonyCast(topology, capturesFolder: "."), seed: seed, fromBootNanos: begin)
    var simulation = try Simulation(cast)
    try simulation.run(untilBoot: begin)
    // A core that asks to be woken at once, for ever, is as dead as one that trapped. A market that is told
    // to run faster has more to do; it does it as time passes.
    for slice in 1...Int64(150) {
      var turns = 0
      try simulation.run(untilBoot: begin + slice * 20 * .nanosPerMilli) { _ in
        turns += 1
        return turns >= mostTurns
      }
      guard turns >= mostTurns else { continue }
      let time = simulation.time
      let due = simulation.cast.plans.indices.filter {
        simulation.cast.nextWakeBoot($0, at: time) <= time.boot
      }
      preconditionFailure("no time passes; due at once: \(due.map { simulation.cast.plans[$0].name })")
    }
    precondition(simulation.cast.framesSaid > 100, "only \(simulation.cast.framesSaid) frames were said")
  }

  /// In a slice of twenty milliseconds.
  private static let mostTurns = 20_000

  private static let root: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/")
  }()
}
