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
    Output.write(SeedPlanText.text(plan, in: file.topology))
    if choice.isPlanOnly { return 0 }
    try tryPlaces()
    let colony = SimulatedColony(file.topology, plan, keepsTrace: choice.tracePath != nil)
    let outcome = colony.run()
    Output.write("\n" + Self.summary(outcome))
    if let path = choice.tracePath {
      do throws(FileError) { try FileSystem.write(Array(colony.page.html.utf8), to: path) } catch {
        throw CommandFailure(.environment, "\(error)")
      }
      Output.write("picture: \(path)\n")
    }
    guard let violation = outcome.judgement.violations.first else { return 0 }
    Output.write("\n" + Self.story(colony, outcome))
    Output.write("\nto repeat it: \(choice.command(seed: plan.seed))\n")
    shrink(plan, violation.rule)
    return 1
  }

  /// A run takes minutes: where its results cannot be kept that is told before.
  private func tryPlaces() throws(CommandFailure) {
    if let path = choice.tracePath, let problem = SeedSmallFile.problem(writing: path) {
      throw CommandFailure(.environment, "\(problem); --trace names a file that can be written")
    }
    if let problem = SeedSmallFile.problem(writing: "seed-\(choice.seeds.lowerBound).faults.json5") {
      Output.error("\(problem); what is made smaller is printed, and kept in no file of this folder")
    }
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

      """ + SeedTally.list("judged", judged) + SeedTally.list("struck", struck.isEmpty ? ["nothing"] : struck)
  }

  /// What was broken, and the last that each component did before.
  static func story(_ colony: SimulatedColony, _ outcome: SeedOutcome) -> String {
    var text = outcome.judgement.violations.map { "BROKEN \($0)\n" }.joined()
    for (name, events) in colony.lastEvents(12) {
      text += "\nlast of \(name):\n" + events.map { "  \($0)\n" }.joined()
    }
    return text
  }

  private func shrink(_ plan: SeedPlan, _ rule: SeedRule) {
    Output.write("\nmaking it smaller, at most \(Shrinker.mostRuns) runs:\n")
    var shrinker = Shrinker(file.topology, plan, rule: rule) { Output.write("  \($0)\n") }
    let small = shrinker.run()
    guard small != plan || choice.faults == nil else {
      Output.write(
        "nothing smaller breaks the same rule in \(shrinker.runs) runs: the file stays as it is, and no other"
          + " is written\n")
      return
    }
    let text = small.text(in: file.topology)
    let result = "the same rule breaks with \(small.faults.count) faults"
    do throws(FileError) {
      let path = try SeedSmallFile(seed: plan.seed).write(text)
      Output.write("\(result): \(choice.command(seed: plan.seed, faults: path))\n")
    } catch {
      Output.error("\(error); keep what is printed as a file and give it to --faults")
      Output.write("\(result):\n\(text)")
    }
  }
}
