import ActorKit
import Governance
import Wire

/// What the queen keeps over restarts, so that she adopts a running colony instead of starting it anew.
struct QueenBooks: Equatable, Sendable {
  var state = SessionCode.startup
  var cause = SessionCause.none
  /// Wall time of the last change of state.
  var sinceNanos: Int64 = 0
  /// The session is over, and what comes next in this run is another one.
  var isEnded = false
  /// Nil while the market clock stands.
  var clock: MarketClock?
  var halts = HaltRegister()
  /// Scopes in which nothing is placed, protection included, until a person resumes; each is halted, too.
  var panics = HaltRegister()
  /// The panics and flattens latched, each with the command that ordered it last: an executor that has heard
  /// of it knows it again. At most two for each halt.
  var orders: [LatchedOrder] = []
  var commands = CommandRegister()
  /// Since a person last released a FAILSAFE; the newest `mostDegradations`, oldest first.
  var degradations: [Degradation] = []
  /// Members whose loss was counted and who are not back, in the order lost.
  var lost: [UInt16] = []
  var interruptions: UInt32 = 0
  /// Per account, the highest epoch of an executor seen; no older one gets a permit.
  var fences: [Fence] = []

  static let mostDegradations = 64

  mutating func apply(_ fact: QueenFact) {
    switch fact {
    case .stateChanged(let state, let cause, let at):
      // A person has looked into what led to the FAILSAFE: it does not count twice.
      if self.state == .failsafe, state == .ready { degradations.removeAll(keepingCapacity: true) }
      self.state = state
      self.cause = cause
      sinceNanos = at
    case .clockStarted(let clock): self.clock = clock
    case .halted(let scope, let command):
      halts.latch(scope)
      commands.insert(command)
    case .panicked(let scope, let command):
      latch(LatchedOrder(scope: panics.latch(halts.latch(scope)), isPanic: true, command: command))
    case .flattenOrdered(let scope, let command):
      halts.latch(scope)
      latch(LatchedOrder(scope: scope, isPanic: false, command: command))
    case .released(let scope, let command):
      _ = halts.release(scope)
      _ = panics.release(scope)
      orders.removeAll { $0.scope == scope }
      commands.insert(command)
    case .commanded(let command): commands.insert(command)
    case .interrupted: interruptions &+= 1
    case .degraded(let component, let at):
      if degradations.count == Self.mostDegradations { degradations.removeFirst() }
      degradations.append(Degradation(component: component, atNanos: at))
      if !lost.contains(component) { lost.append(component) }
    case .recovered(let component, _): lost.removeAll { $0 == component }
    case .ended: isEnded = true
    case .begun(let at): begin(atNanos: at)
    case .granted(let permit):
      raiseFence(
        Fence(
          account: permit.account, epoch: permit.holderEpoch, instance: permit.instance,
          lineage: permit.lineage))
    case .fenced(let account, let epoch):
      raiseFence(Fence(account: account, epoch: epoch, instance: 0, lineage: 0))
    }
  }

  private mutating func latch(_ order: LatchedOrder) {
    orders.removeAll { $0.scope == order.scope && $0.isPanic == order.isPanic }
    // A flatten of a scope for which there was no place has halted the firm; its own scope is not released.
    if halts.contains(order.scope) { orders.append(order) }
    commands.insert(order.command)
  }

  private mutating func raiseFence(_ fence: Fence) {
    guard let index = fences.firstIndex(where: { $0.account == fence.account }) else {
      return fences.append(fence)
    }
    if fence.epoch >= fences[index].epoch { fences[index] = fence }
  }

  /// A new session: what people have latched and who may hold permits stays, what the last session went
  /// through does not count against this one.
  private mutating func begin(atNanos nanos: Int64) {
    (state, cause, sinceNanos) = (.startup, .none, nanos)
    isEnded = false
    clock = nil
    degradations.removeAll(keepingCapacity: true)
    lost.removeAll(keepingCapacity: true)
    interruptions = 0
  }

  /// Degradations no older than the window. One from the future, after the clock was set back, counts.
  func degradations(within windowNanos: Int64, at wall: Int64) -> Int {
    degradations.count { entry in
      let (age, overflow) = wall.subtractingReportingOverflow(entry.atNanos)
      return overflow || age <= windowNanos
    }
  }

  func fence(of account: UInt16) -> Fence {
    fences.first { $0.account == account } ?? Fence(account: account, epoch: 0, instance: 0, lineage: 0)
  }
}
