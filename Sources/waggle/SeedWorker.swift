import Console
import Platform
import SimulatedColony
import Topology

/// One process of a campaign: runs its share of the seeds and says a line for each. A trap in one of them
/// ends it, and the line before tells which seed it was.
struct SeedWorker {
  private let topology: Topology
  private let choice: SeedChoice
  /// The campaign's process: without it nobody reads what is said.
  private let parent: Int32

  /// Every so many seeds one is run twice, which must come out the same.
  static let repeatedEvery: UInt64 = 20

  init(_ topology: Topology, _ choice: SeedChoice, of parent: Int32) {
    self.topology = topology
    self.choice = choice
    self.parent = parent
  }

  func run() throws(CommandFailure) -> Int32 {
    let signals: SignalSource
    // SIGTERM asks it to finish the seed that it has begun.
    do throws(SystemError) { signals = try SignalSource([15]) } catch {
      throw CommandFailure(.environment, "\(error)")
    }
    var seed = choice.seeds.lowerBound
    while seed <= choice.seeds.upperBound, signals.next() == nil, isWanted {
      Output.write(SeedRecord.beginning(seed))
      let plan = choice.plan(seed, topology)
      let outcome = SimulatedColony(topology, plan).run()
      var record = SeedRecord(outcome)
      if seed % Self.repeatedEvery == 0 {
        let again = SimulatedColony(topology, plan).run()
        record.repeats = again.hash == outcome.hash
      }
      Output.write(record.line)
      let (next, isOver) = seed.addingReportingOverflow(UInt64(choice.jobs))
      if isOver { break }
      seed = next
    }
    return 0
  }

  private var isWanted: Bool {
    do throws(FileError) { return try ProcessIdentity.of(parent) != nil } catch { return true }
  }
}
