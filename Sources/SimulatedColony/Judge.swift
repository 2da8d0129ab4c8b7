import ActorKit
import HostKit
import OrderExecutor
import Records
import Topology
import Trading
import VenueSimulator
import Vocabulary
import Wire

/// Holds what leaves the programs and lies on their disks against what is so at the venues, all along.
///
/// It sees frames and facts, as somebody beside the programs would; of their state it looks at nothing before
/// the end.
package final class Judge {
  package var judgement = Judgement()
  var truth = VenueTruth()
  /// Where something has changed in the venue's present turn.
  var changed: Set<VenueTruth.Holding> = []
  /// By component number of the executor. Iterated in sorted order only, so that runs repeat.
  var files: [UInt16: ExecutorFile] = [:]
  /// By component number: what it owes its peers, and what it takes in.
  private var lanes: [UInt16: LaneWatch] = [:]
  private var streams: [UInt16: StreamWatch] = [:]
  private var holders = HolderWatch()
  package var commands = CommandWatch()
  var lives = LifeWatch()
  var sendings = SendingWatch()
  /// Since when what must not last has been so, by the rule that forbids it.
  private var lasting: [SeedRule: LastingWatch] = [:]
  let terms: Terms
  /// When the last fault was over that keeps stops from being placed.
  private(set) var lastTrouble: Int64 = 0

  package init(_ topology: Topology, _ plan: SeedPlan) {
    let executors = ColonyPrograms.executors(topology, plan)
    terms = Terms(
      executors, ColonyPrograms.risks(topology), topology, venue: plan.capabilities)
    for executor in executors {
      files[executor.component] = ExecutorFile(account: executor.account.number)
    }
  }

  func hold(_ rule: SeedRule, at moment: Int64, _ isKept: Bool, _ text: @autoclosure () -> String) {
    judgement.holds(rule, at: moment, isKept, text())
  }

  /// What must not last longer than a bound after the last trouble.
  func holdLastingly(
    _ rule: SeedRule, _ place: LastingWatch.Place, at moment: Int64, _ isKept: Bool, isTried: Bool,
    within bound: Int64 = Judge.bareNanos, _ text: @autoclosure () -> String
  ) {
    if isKept {
      if isTried { hold(rule, at: moment, true, "") }
      lasting[rule]?.end(place)
      return
    }
    let since = lasting[rule, default: LastingWatch()].begin(place, at: moment)
    guard moment - max(since, lastTrouble) > bound else { return }
    lasting[rule]?.end(place)
    hold(rule, at: moment, false, "\(text()), for \((moment - since) / .nanosPerMilli) ms")
  }

  /// Something goes wrong until then that may keep a stop from being placed.
  func expectTrouble(until moment: Int64) { lastTrouble = max(lastTrouble, moment) }

  /// Executors in the order of their numbers.
  var executors: [UInt16] { files.keys.sorted() }
}

// MARK: - Lives

extension Judge {
  /// An incarnation has begun.
  package func noteStart(
    _ component: UInt16, _ name: String, epoch: UInt32, _ impairment: String?, isDiskShort: Bool,
    at moment: Int64
  ) {
    lives.begin(
      component, name, epoch: epoch, impairment, isDiskShort: isDiskShort, at: moment, &judgement)
    files[component]?.begin(epoch: epoch)
  }

  /// A program has ended: of a kill, as asked, or because its disk cannot be written.
  package func noteEnd(
    _ component: UInt16, _ name: String, _ end: ProgramEnd, isAsked: Bool, isDiskShort: Bool,
    at moment: Int64
  ) {
    lives.end(component, at: moment)
    guard case .exited(let code, let text) = end else { return }
    if isDiskShort { lives.excuse(component) }
    hold(.recovered, at: moment, code == 0 ? isAsked : isDiskShort, "\(name) ends with \(code): \(text)")
  }
}

// MARK: - What all programs do

extension Judge {
  package func began(_ component: UInt16, _ name: String, _ recovered: HostState, isStored: Bool) {
    lanes[component, default: LaneWatch(name: name)].begin(recovered, isStored: isStored)
    streams[component, default: StreamWatch(name: name)].begin()
  }

  package func stored(_ component: UInt16, _ mark: JournalMark) { lanes[component]?.note(mark) }
  func took(_ component: UInt16, _ frame: [UInt8]) { lanes[component]?.took(frame) }

  package func sent(_ component: UInt16, _ frame: [UInt8], to receiver: UInt16?, at moment: Int64) {
    if let receiver { lanes[component]?.sent(frame, to: receiver, at: moment, &judgement) }
  }

  /// The queen has sent something to somebody.
  package func sentAsQueen(_ frame: [UInt8], at moment: Int64) {
    if case .permit(let view)? = Inbound(frame.span.bytes) {
      holders.take(view.block, at: moment, &judgement)
    }
  }

  package func took(_ component: UInt16, _ topic: Topic, _ frame: [UInt8], at moment: Int64) {
    streams[component]?.took(topic, frame)
    if files[component] != nil { sendings.heard(frame, by: component, at: moment) }
  }

  func endTurn<Core: ActorCore>(
    _ component: UInt16, _ host: borrowing HostCore<Core>, isStored: Bool, at moment: Int64
  ) {
    if !isStored {
      lanes[component]?.lose()
      // Without its journal an executor only cancels, until a person starts it anew; it says so.
      if files[component] != nil { expectTrouble(until: moment) }
    }
    lanes[component]?.endTurn(host, at: moment, &judgement)
    streams[component]?.endTurn(gaps: host.streamGaps, at: moment, &judgement)
  }
}
