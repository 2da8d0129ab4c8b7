import ActorKit
import Governance
import Trading
import Vocabulary
import Wire

// What people command.
extension Situation {
  mutating func take(
    _ command: Command, reason: String, from peer: Peer, _ orders: inout OrderManager, at now: Instant,
    into effects: inout Effects
  ) {
    let id = command.envelope.correlation
    guard id != .none else {
      return answer(command, .refused, "a command needs an id as its correlation", to: peer, into: &effects)
    }
    if let seen = books.commands[id] {
      return answer(
        command, .duplicate, "seen before as \(seen.kind.name): \(seen.outcome.name)", to: peer,
        into: &effects)
    }
    let order = Commanded(
      scope: command.scope, account: command.account, strategy: command.strategy,
      instrument: command.instrument, operatorName: command.operatorName.description,
      reason: String(reason.prefix(Self.longestReason)))
    var (outcome, text) = carryOut(command.kind, order, &orders, at: now, into: &effects)
    // Only what the disk holds is done: the next incarnation would know nothing of it, and trade.
    if authority.isJournalImpaired, outcome == .done, command.kind == .halt || command.kind == .panic {
      outcome = .accepted
      text += "; ONLY UNTIL THIS PROCESS ENDS: its journal cannot be written. Halt at the queen too"
    }
    if outcome != .refused {
      record(.commandSeen(id, kind: command.kind, outcome: outcome), correlation: id, into: &effects)
    }
    answer(command, outcome, text, to: peer, into: &effects)
  }

  /// Characters of a reason that are kept.
  static let longestReason = 256

  /// A command's particulars.
  struct Commanded {
    var scope: Scope
    var account: UInt16?
    var strategy: UInt16?
    var instrument: UInt32?
    var operatorName: String
    var reason: String
  }

  private mutating func carryOut(
    _ kind: CommandKind, _ order: Commanded, _ orders: inout OrderManager, at now: Instant,
    into effects: inout Effects
  ) -> (CommandOutcome, String) {
    if let account = order.account, account != configuration.account.number {
      return (.refused, "this is the executor of account \(configuration.account.number), not \(account)")
    }
    switch kind {
    case .halt: return halt(order, &orders, at: now, into: &effects)
    case .resume: return resume(order, at: now, into: &effects)
    case .flatten: return flatten(order, &orders, at: now, into: &effects)
    case .panic: return panic(order, &orders, at: now, into: &effects)
    case .stop:
      if !books.isStopOrdered {
        record(.stopOrdered(atNanos: now.wall, operatorName: order.operatorName), into: &effects)
      }
      authority.isStopping = true
      return (.accepted, "cancelling all but stops and targets; finished when the venue confirms")
    default: return (.refused, "an executor does not know \(kind.name)")
    }
  }

  /// Without a journal nobody knows whether a halt was on. For real money that counts as one.
  mutating func haltFirstStart(at now: Instant, into effects: inout Effects) {
    let halt = Halt(
      scope: ownAccount, operatorName: "waggle",
      reason: "no journal was there: the first start, or it was lost. Compare with the venue, then resume",
      atNanos: now.wall)
    record(.haltLatched(halt), into: &effects)
  }

  private var ownAccount: HaltScope { .account(configuration.account.number) }

  private func haltScope(_ order: Commanded) -> HaltScope? {
    switch order.scope {
    case .firm: .firm
    case .account: ownAccount
    case .strategy: order.strategy.map { .strategy($0) }
    case .instrument: order.instrument.flatMap { markets.index(of: $0) == nil ? nil : .instrument($0) }
    default: nil
    }
  }

  private mutating func halt(
    _ order: Commanded, _ orders: inout OrderManager, at now: Instant, into effects: inout Effects
  ) -> (CommandOutcome, String) {
    guard let scope = haltScope(order) else { return (.refused, unknownScope(order)) }
    guard let halt = latch(scope, order, order.reason, &orders, at: now, into: &effects) else {
      return (.done, "\(scope) was halted already")
    }
    let wider = halt.scope == scope ? "" : " (so many halts are latched that it is wider than asked)"
    return (.done, "\(halt.scope) is halted\(wider); all there but stops and targets is being cancelled")
  }

  /// What is latched for a scope: itself, or, when there is no place for another narrow one, the account.
  private func bounded(_ scope: HaltScope, among latched: [Halt]) -> HaltScope {
    switch scope {
    case .firm, .account: scope
    case .strategy, .instrument: latched.count < ExecutorBooks.mostHalts ? scope : ownAccount
    }
  }

  /// Latches a halt and cancels what it covers; nil when it was latched before.
  private mutating func latch(
    _ asked: HaltScope, _ order: Commanded, _ reason: String, _ orders: inout OrderManager, at now: Instant,
    into effects: inout Effects
  ) -> Halt? {
    if books.halts.contains(where: { $0.scope == asked }) { return nil }
    let scope = bounded(asked, among: books.halts)
    let halt = Halt(scope: scope, operatorName: order.operatorName, reason: reason, atNanos: now.wall)
    if !books.halts.contains(where: { $0.scope == scope }) { record(.haltLatched(halt), into: &effects) }
    orders.cancelAll(&self, at: now, into: &effects) {
      halt.covers(strategy: $0.strategy, instrument: $0.instrument) && !$0.purpose.isProtective
        && $0.purpose != .flatten
    }
    return halt
  }

  /// As a halt, and nothing is placed any more, stops and targets included: everything is cancelled, what is
  /// being closed is left as it is.
  private mutating func panic(
    _ order: Commanded, _ orders: inout OrderManager, at now: Instant, into effects: inout Effects
  ) -> (CommandOutcome, String) {
    guard let asked = haltScope(order) else { return (.refused, unknownScope(order)) }
    let scope = bounded(asked, among: books.panics)
    let panic = Halt(
      scope: scope, operatorName: order.operatorName, reason: order.reason, atNanos: now.wall)
    if !books.panics.contains(where: { $0.scope == scope }) { record(.panicLatched(panic), into: &effects) }
    for flattening in books.flattenings where panic.covers(strategy: 0, instrument: flattening.instrument) {
      record(.flattenEnded(instrument: flattening.instrument, outcome: .panicked), into: &effects)
    }
    orders.cancelAll(&self, at: now, into: &effects) {
      panic.covers(strategy: $0.strategy, instrument: $0.instrument)
    }
    // Whose strategy's a position is, is not asked here: all are told.
    let instruments = markets.indices.map { markets[$0].instrument }
    let concerned = instruments.filter { instrument in
      if case .strategy = scope { return true }
      return panic.covers(strategy: 0, instrument: instrument.number)
    }
    let open = concerned.compactMap { instrument -> String? in
      let position = books.ledger[instrument.number].quantity
      return position.isZero ? nil : "\(position) \(instrument.name)"
    }
    let left = open.isEmpty ? "no position is open" : "OPEN AND UNPROTECTED: \(open.joined(separator: ", "))"
    return (.done, "panic latched for \(scope): nothing is placed until a person resumes it; \(left)")
  }

  private mutating func resume(
    _ order: Commanded, at now: Instant, into effects: inout Effects
  ) -> (CommandOutcome, String) {
    guard !order.operatorName.isEmpty, !order.reason.isEmpty else {
      return (.refused, "to resume needs a name and a reason")
    }
    if let why = authority.quarantine { return (.refused, "quarantined: \(why)") }
    guard let scope = haltScope(order) else { return (.refused, unknownScope(order)) }
    let isStopReleased = releaseStop(scope, at: now, into: &effects)
    guard (books.halts + books.panics).contains(where: { $0.scope == scope }) else {
      if isStopReleased { return (.done, "the order to end is withdrawn") }
      let latched = (books.halts + books.panics).map { $0.scope.description }.joined(separator: ", ")
      return (.refused, "\(scope) is not halted; halted are: \(latched.isEmpty ? "none" : latched)")
    }
    let release = Halt(
      scope: scope, operatorName: order.operatorName, reason: order.reason, atNanos: now.wall)
    record(.haltReleased(release), into: &effects)
    return (.done, "\(scope) is released; \(books.halts.count + books.panics.count) halts remain")
  }

  /// An order to end that no session's end has followed, as when the queen was gone: whoever resumes the
  /// whole account wants it to trade. Whether there was one.
  private mutating func releaseStop(
    _ scope: HaltScope, at now: Instant, into effects: inout Effects
  ) -> Bool {
    guard scope == .firm || scope == ownAccount, books.isStopOrdered, authority.session.code != .shutdown
    else { return false }
    record(.stopReleased(atNanos: now.wall), into: &effects)
    (authority.isStopping, authority.isFinished) = (false, false)
    return true
  }

  private mutating func flatten(
    _ order: Commanded, _ orders: inout OrderManager, at now: Instant, into effects: inout Effects
  ) -> (CommandOutcome, String) {
    if let why = authority.quarantine { return (.refused, "quarantined: \(why)") }
    let numbers: [UInt32]
    let scope = haltScope(order)
    switch scope {
    case .firm, .account: numbers = markets.indices.map { markets[$0].instrument.number }
    case .instrument(let number): numbers = [number]
    default: return (.refused, "a position belongs to the account: flatten it or an instrument of it")
    }
    for number in numbers where !isFlattening(number) {
      record(
        .flattenBegun(instrument: number, atNanos: now.wall, operatorName: order.operatorName),
        into: &effects)
      markets.mark(number)
    }
    // Else the strategies would open again what is being closed, as soon as it is.
    if let scope { _ = latch(scope, order, "flatten: \(order.reason)", &orders, at: now, into: &effects) }
    let held = scope.map { "\($0) is halted, and stays so: `waggle resume` lets it trade again" } ?? ""
    return (
      .accepted,
      "cancelling, then closing positions in \(numbers.count) instruments until they are flat; \(held)"
    )
  }

  private func unknownScope(_ order: Commanded) -> String {
    "no such scope here: \(order.scope.name), strategy \(order.strategy.map(String.init) ?? "none"), "
      + "instrument \(order.instrument.map(String.init) ?? "none")"
  }

  private mutating func answer(
    _ command: Command, _ outcome: CommandOutcome, _ text: String, to peer: Peer, into effects: inout Effects
  ) {
    if outcome == .refused { refuse(.command) }
    let result = CommandResult(
      envelope: Envelope(origin: 0, correlation: command.envelope.correlation), kind: command.kind,
      outcome: outcome, component: configuration.component)
    effects.reply(to: peer) { result.encode(into: &$0, text: text.utf8) }
  }
}
