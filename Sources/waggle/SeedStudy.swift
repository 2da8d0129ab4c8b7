import Arguments
import Console
import Platform
import SimulatedColony
import Topology

/// One seed, looked at: what happens, what breaks, and the least that still breaks it.
struct SeedStudy {
  private let file: TopologyFile
  private let choice: SeedChoice

  init(_ file: TopologyFile, _ choice: SeedChoice) {
    self.file = file
    self.choice = choice
  }

  func run() throws(CommandFailure) -> Int32 {
    let plan = choice.plan(choice.seeds.lowerBound, file.topology)
    let colony = SimulatedColony(file.topology, plan, keepsTrace: choice.tracePath != nil)
    let outcome = colony.run()
    Output.write(Self.summary(outcome))
    if let path = choice.tracePath {
      try write(colony.page.html, to: path)
      Output.write("picture: \(path)\n")
    }
    guard let violation = outcome.judgement.violations.first else { return 0 }
    Output.write("\n" + Self.story(colony, outcome))
    Output.write("\n\(repeating())\n")
    try shrink(plan, violation.rule)
    return 1
  }

  static func summary(_ outcome: SeedOutcome) -> String {
    let seconds = outcome.virtualNanos / 1_000_000_000
    let judged = SeedRule.allCases.map { "\($0.rawValue) \(outcome.judgement.count($0))" }
    let struck = Fault.Kind.allCases.compactMap { kind in
      outcome.struck[kind].map { "\(kind.rawValue) \($0)" }
    }
    return """
      seed \(outcome.seed): \(seconds) s, \(outcome.orders) orders, \(outcome.trades) trades, \
      \(outcome.turns) turns, hash \(outcome.hash)
      judged: \(judged.joined(separator: ", "))
      struck: \(struck.isEmpty ? "nothing" : struck.joined(separator: ", "))

      """
  }

  /// What was broken, and the last that each component did before.
  static func story(_ colony: SimulatedColony, _ outcome: SeedOutcome) -> String {
    var text = outcome.judgement.violations.map { "BROKEN \($0)\n" }.joined()
    for (name, events) in colony.lastEvents(12) {
      text += "\nlast of \(name):\n" + events.map { "  \($0)\n" }.joined()
    }
    return text
  }

  private func repeating() -> String {
    "to repeat it: waggle seeds \(choice.words.joined(separator: " ")) --seed \(choice.seeds.lowerBound)"
  }

  private func shrink(_ plan: SeedPlan, _ rule: SeedRule) throws(CommandFailure) {
    Output.write("\nmaking it smaller, at most \(Shrinker.mostRuns) runs:\n")
    var shrinker = Shrinker(file.topology, plan, rule: rule) { Output.write("  \($0)\n") }
    let small = shrinker.run()
    let path = "seed-\(plan.seed).faults.json5"
    try write(small.text(in: file.topology), to: path)
    var words = choice.words
    if let index = words.firstIndex(of: "--faults") { words.removeSubrange(index...index + 1) }
    Output.write(
      "the same rule breaks with \(small.faults.count) faults: waggle seeds \(words.joined(separator: " "))"
        + " --seed \(plan.seed) --faults \(path)\n")
  }

  private func write(_ text: String, to path: String) throws(CommandFailure) {
    do throws(FileError) { try FileSystem.write(Array(text.utf8), to: path) } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }
}
