import ActorKit
import HostKit
import OrderExecutor
import QueenOrchestrator
import Vocabulary
import Wire

/// A run from the first start to the last comparison.
extension SimulatedColony {
  /// After the last fault all must have come together again within this.
  static let quietNanos: Int64 = 90 * .nanosPerSecond
  /// What has come together must stay so for this long.
  static let calmNanos: Int64 = 2 * .nanosPerSecond
  /// Everyone's view of everyone else must have been right once within this.
  static let viewsNanos: Int64 = 20 * .nanosPerSecond
  /// Bound of looks at the end.
  static let mostComparisons = 60
  /// A session ends within this after it is told to.
  static let endNanos: Int64 = 90 * .nanosPerSecond

  public func run() -> SeedOutcome {
    for node in nodes.indices {
      world.agenda.add(.start(node: node), at: Int64(node) * 10 * .nanosPerMilli)
    }
    world.open(console.node, identities: nodes.map { _ in Array("operator".utf8) })
    world.agenda.add(.look, at: Self.lookNanos)
    for place in plan.faults.indices {
      world.agenda.add(
        .fault(place, isBegin: true), at: plan.faults[place].atMillis * .nanosPerMilli)
    }
    run(until: plan.faultMillis * .nanosPerMilli)
    comeTogether()
    if judge.judgement.violations.isEmpty { compareViews() }
    // Stops that are missing now are late.
    run(until: max(world.now, judge.lastTrouble + Judge.bareNanos + .nanosPerSecond))
    if judge.judgement.violations.isEmpty { finish() }
    return outcome()
  }

  /// Everything heals; then nothing may be pending for a while.
  private func comeTogether() {
    for place in lasting.sorted() { end(place) }
    for node in nodes.indices { nodes[node].disarm() }
    judge.expectTrouble(until: world.now)
    let begun = world.now
    var calmSince: Int64?
    while world.now - begun < Self.quietNanos {
      run(until: world.now + 4 * Self.lookNanos)
      if pending(since: begun) != nil {
        calmSince = nil
        help()
      } else if world.now - (calmSince ?? world.now) >= Self.calmNanos {
        break
      } else {
        calmSince = calmSince ?? world.now
      }
    }
    let what = pending(since: begun)
    judge.hold(.live, at: world.now, what == nil, "not together again: \(what ?? "")")
    judge.hold(
      .trades, at: world.now, judge.sendings.lastMoment > begun,
      "no order went out in the \((world.now - begun) / .nanosPerSecond) s after the last fault")
  }

  /// Each view of another's state must be right soon.
  private func compareViews() {
    var views = Views()
    let until = world.now + Self.viewsNanos
    while !views.look(programs), world.now < until { run(until: world.now + Self.lookNanos / 7) }
    let wrong = views.all
    judge.hold(
      .views, at: world.now, wrong.isEmpty,
      "\(Self.viewsNanos / .nanosPerSecond) s after all had come together \(wrong.first ?? "")")
  }

  /// What keeps the colony from being well; nil when nothing does.
  private func pending(since begun: Int64) -> String? {
    for program in nodes {
      guard program.isAlive else { return "\(program.seat.name) is dead" }
      guard !program.isImpaired else { return "\(program.seat.name) runs without its journal" }
    }
    for queen in programs.queens where queen.state != .live { return "the session is \(queen.state)" }
    for executor in programs.executors {
      guard let books = executor.core?.books else { continue }
      if let halt = books.halts.first ?? books.panics.first {
        return "\(executor.seat.name) holds a halt of \(halt.scope)"
      }
      if executor.state != .live { return "\(executor.seat.name) is \(executor.state)" }
    }
    guard judge.sendings.lastMoment > begun else { return "no order goes out" }
    let silent = judge.sendings.silent(since: begun)
    return silent.isEmpty ? nil : "no order of strategy \(silent[0]) goes out"
  }

  /// What people do after a fault: release what is halted, start again what lost its journal.
  private func help() {
    guard !console.isWaiting else { return }
    for executor in programs.executors {
      guard let books = executor.core?.books else { continue }
      for halt in books.halts + books.panics {
        let scope = halt.scope
        judge.commands.isGivenUp(scope, at: world.now, &judge.judgement)
        for target in programs.queens.map(\.seat.number) + [executor.seat.number] {
          console.give(
            .resume, scope.code, account: scope.account, strategy: scope.strategy,
            instrument: scope.instrument, to: target, at: world.now)
        }
      }
    }
    for node in nodes.indices where nodes[node].isAlive && nodes[node].isImpaired { restart(node) }
    // One whose account another journal held goes by an epoch that is too low, until it was started again.
    for executor in programs.executors where judge.lives.hasNoPermit(executor.seat.number, at: world.now) {
      judge.lives.expectPermit(executor.seat.number, at: world.now)
      restart(executor.seat.node)
    }
  }

  func restart(_ node: Int) {
    nodes[node].terminate()
    schedule(node, at: world.now)
  }

  /// The session ends as asked; then the books must be the venue's.
  private func finish() {
    let (queens, bare) = (programs.queens, Set(judge.bare()))
    for queen in queens { console.give(.stop, .firm, to: queen.seat.number, at: world.now) }
    run(until: world.now + Self.endNanos) { queens.allSatisfy { $0.state == .finished } }
    let isFinished = queens.allSatisfy { $0.state == .finished }
    judge.hold(
      .ended, at: world.now, isFinished, "the session does not end: \(queens.map { "\($0.state)" })")
    guard isFinished else { return }
    // The end of a session takes no stop away.
    let left = judge.bare().filter { !bare.contains($0) }
    judge.hold(
      .ended, at: world.now, left.isEmpty,
      "the end leaves without their stops what intents have of \(left)")
    compare()
  }

  /// Stops and targets stay at the venue and may be filled at any moment: the books must be the venue's at
  /// some moment soon, when nothing is under way.
  private func compare() {
    var differences: [String] = []
    for _ in 0..<Self.mostComparisons {
      run(until: world.now + Self.calmNanos / 4)
      differences = programs.executors.compactMap { executor in
        guard let books = executor.core?.books else { return "\(executor.seat.name) is dead" }
        return judge.difference(books, of: executor.seat.number)
      }
      if differences.isEmpty { break }
    }
    let (difference, open) = (differences.first, judge.openUnprotecting())
    judge.hold(.agrees, at: world.now, difference == nil, difference ?? "")
    judge.hold(.ended, at: world.now, open.isEmpty, "open after the end: \(open)")
  }

  private func outcome() -> SeedOutcome {
    SeedOutcome(
      seed: plan.seed, hash: world.hash.value, judgement: judge.judgement, struck: struck,
      network: world.network.counts, virtualNanos: world.now, turns: turns, orders: judge.sendings.count,
      trades: judge.truth.executions.values.reduce(0) { $0 + $1.count })
  }
}

// MARK: - For people

extension SimulatedColony {
  /// The last that each component did and was done to, oldest first.
  public func lastEvents(_ count: Int) -> [(name: String, events: [String])] {
    nodes.map { program in
      let entries = world.trace.last(count, of: program.seat.node)
      let events = entries.map { entry in
        let text =
          switch entry.what {
          case .message(let other): "\(entry.text) to \(name(of: other))"
          default: entry.text
          }
        return "\(entry.moment / 1_000_000) ms  \(text)"
      }
      return (program.seat.name, events)
    }
  }

  /// The whole run as a page for a browser, if its trace was kept.
  public var page: TracePage {
    TracePage(
      "\(topology.colony), seed \(plan.seed)", names: nodes.map(\.seat.name), world.trace,
      judge.judgement.violations)
  }

  private func name(of node: Int) -> String { node < nodes.count ? nodes[node].seat.name : "operator" }
}
