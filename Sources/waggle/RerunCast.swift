import ActorKit
import Colony
import Deployment
import FeedAggregator
import HostKit
import JournalStore
import OrderExecutor
import ProcessHost
import QueenOrchestrator
import Records
import RiskAdjuster
import SignalGenerator
import Topology
import VenueSimulator

/// A component of a run whose incarnations are run once more: its core, made as its program makes it, with
/// the state that its journal gives it back.
struct RerunCast {
  let component: Component
  let topology: Topology
  let folder: RunFolder

  /// Plays all that was kept; nothing of it leaves this process.
  func rerun(_ arrivals: consuming ArrivalsReader) -> RerunOutcome {
    switch component.kind {
    case .feed:
      guard let core = FeedAggregator.Configuration(component, in: topology) else { break }
      return rerun(arrivals, FeedAggregator(core))
    case .signal:
      guard let core = SignalGeneratorConfiguration(component, in: topology) else { break }
      return rerun(arrivals, BuiltInSignalGenerator(core))
    case .risk:
      guard let core = RiskAdjuster.Configuration(component, in: topology) else { break }
      return rerun(arrivals, RiskAdjuster(core))
    case .executor:
      guard let core = OrderExecutor.Configuration(component, in: topology) else { break }
      return rerun(arrivals, OrderExecutor(core))
    case .queen:
      guard let core = QueenOrchestrator.Configuration(component, in: topology) else { break }
      return rerun(arrivals, QueenOrchestrator(core))
    case .venue:
      guard let core = VenueSimulator.Configuration(component, in: topology), core.problem == nil else {
        break
      }
      return rerun(arrivals, VenueSimulator(core))
    case .relay: return .impossible("a relay has no core")
    }
    return .impossible("it cannot be run as the topology describes it")
  }

  private func rerun<Core: ActorCore>(
    _ arrivals: consuming ArrivalsReader, _ core: Core
  ) -> RerunOutcome {
    let head = arrivals.head
    if let why = head.journal.impairment {
      return .impossible(
        "its journal was impaired at its start, and what it read of it then is not known: \(why)")
    }
    do throws(RecoveryError) {
      let recovery = try recovered(core, head.journal)
      return play(arrivals, recovery)
    } catch {
      return .impossible("\(error)")
    }
  }

  /// The core as that incarnation found it.
  private func recovered<Core: ActorCore>(
    _ core: Core, _ standing: JournalStanding
  ) throws(RecoveryError) -> Recovery<Core> {
    var recovery = Recovery(core)
    let turns: EarlierTurns<StoreReader>
    do throws(JournalError) {
      turns = try EarlierTurns(
        try StoreReader.open(path: "\(folder.path)/\(component.name).journal"), through: standing.lastTurn,
        row: standing.lastRow, lineage: standing.lineage)
    } catch {
      throw .journal(error)
    }
    try recovery.rebuild(from: turns)
    return recovery
  }

  private func play<Core: ActorCore>(
    _ arrivals: consuming ArrivalsReader, _ recovery: Recovery<Core>
  ) -> RerunOutcome {
    let core = recovery.core
    let wiring = Wiring(of: component, in: topology, wants: { core.wants($0) })
    do throws(RerunRefusal) {
      var rerun = try Rerun(arrivals.head, wiring, core: core, recovered: recovery.host)
      do throws(ArrivalsError) {
        while let turn = try arrivals.next() {
          if let outcome = Self.play(turn, on: &rerun) { return outcome }
        }
        return .equal(turns: rerun.equalTurns, chain: rerun.chain, end: arrivals.end)
      } catch {
        return .brokenOff(turns: rerun.equalTurns, "\(error)")
      }
    } catch {
      return .impossible("\(error)")
    }
  }

  /// Nil where the turn was the same.
  private static func play<Core: ActorCore>(
    _ turn: KeptTurn, on rerun: inout Rerun<Core>
  ) -> RerunOutcome? {
    do throws(RerunRefusal) { return try rerun.play(turn).map(RerunOutcome.differs) } catch {
      return .brokenOff(turns: rerun.equalTurns, "\(error)")
    }
  }
}
