import ActorKit
import Governance
import Wire

// What people command. Each command is answered and entered in the audit, whatever became of it.
extension QueenOrchestrator {
  mutating func onCommand(_ view: CommandView, from peer: Peer, at now: Instant, into effects: inout Effects)
  {
    counters.count(view.kind)
    var id = view.envelope.correlation
    guard !books.commands.contains(id) else {
      return answer(
        view, .duplicate, "this command was carried out before", to: peer, at: now, into: &effects)
    }
    // One without an id is carried out, too, where it can only protect; executors need an id to know it
    // again.
    if id == .none { id = makeId() }
    do throws(CommandRefusal) {
      let (outcome, text) = try carryOut(view, id, at: now, into: &effects)
      answer(view, outcome, text, to: peer, at: now, into: &effects)
    } catch {
      answer(view, .refused, error.description, to: peer, at: now, into: &effects)
    }
  }

  mutating func makeId() -> Correlation {
    madeIds += 1
    return Correlation(high: UInt64(configuration.component) << 32 | UInt64(epoch), low: madeIds)
  }

  private mutating func carryOut(
    _ view: CommandView, _ id: Correlation, at now: Instant, into effects: inout Effects
  ) throws(CommandRefusal) -> (CommandOutcome, String) {
    switch view.kind {
    case .start: try start(id, at: now, into: &effects)
    case .halt, .panic: try halt(view, id, into: &effects)
    case .resume: try resume(view, id, at: now, into: &effects)
    case .flatten: try flatten(view, id, into: &effects)
    case .stop: try stop(view, id, at: now, into: &effects)
    case .status, .counters, .set, .unrecognized: throw .notHere(view.kind)
    }
  }

  private mutating func start(
    _ id: Correlation, at now: Instant, into effects: inout Effects
  ) throws(CommandRefusal) -> (CommandOutcome, String) {
    guard books.state == .ready else { throw .notNow("the session is \(books.state.name), not ready") }
    guard isSourceKnown else { throw .notNow("the recording's source has not announced its first time") }
    let missing = members.filter { !$0.isWell }
    guard missing.isEmpty else { throw .notNow("not ready: \(names(of: missing))") }
    record(.commanded(id), correlation: id, into: &effects)
    goLive(because: .operator, at: now, correlation: id, into: &effects)
    return (.done, "the session is live")
  }

  private mutating func halt(
    _ view: CommandView, _ id: Correlation, into effects: inout Effects
  ) throws(CommandRefusal) -> (CommandOutcome, String) {
    let scope = try scope(of: view)
    let isPanic = view.kind == .panic
    record(
      isPanic ? .panicked(scope, command: id) : .halted(scope, command: id), correlation: id, into: &effects)
    let what = isPanic ? "panic" : "halted"
    protect(scope, .operator, .warning, "\(what) by \(who(view)): \(reason(view))", into: &effects)
    forward(view, id, scope, into: &effects)
    return (
      .done,
      (isPanic ? "panic latched for \(scope)" : "\(scope) is halted")
        + "; \(books.halts.count) halts are latched"
    )
  }

  private mutating func resume(
    _ view: CommandView, _ id: Correlation, at now: Instant, into effects: inout Effects
  ) throws(CommandRefusal) -> (CommandOutcome, String) {
    try requireResponsibility(view)
    let scope = try scope(of: view)
    if scope == .firm, books.state == .failsafe {
      try leaveFailsafe(view, id, at: now, into: &effects)
      if books.halts.contains(.firm) { release(.firm, view, id, into: &effects) }
      return (.accepted, "the session is ready again; \(books.halts.count) halts are latched")
    }
    guard books.halts.contains(scope) else { throw .notLatched(scope) }
    release(scope, view, id, into: &effects)
    return (.done, "\(scope) is released; \(books.halts.count) halts are left")
  }

  private mutating func release(
    _ scope: HaltScope, _ view: CommandView, _ id: Correlation, into effects: inout Effects
  ) {
    record(.released(scope, command: id), correlation: id, into: &effects)
    protect(scope, .operator, .info, "released by \(who(view)): \(reason(view))", into: &effects)
    forward(view, id, scope, into: &effects)
  }

  /// Needs executors that have compared their books with the venue: only then do they call themselves ready.
  private mutating func leaveFailsafe(
    _ view: CommandView, _ id: Correlation, at now: Instant, into effects: inout Effects
  ) throws(CommandRefusal) {
    let executors = configuration.accounts.map(\.executor)
    let unwell = members.filter { executors.contains($0.member.number) && !$0.isWell }
    guard unwell.isEmpty else {
      throw .notNow("books and venue are not known to agree yet: \(names(of: unwell))")
    }
    record(.commanded(id), correlation: id, into: &effects)
    change(to: .ready, because: .operator, at: now, correlation: id, into: &effects)
    protect(
      HaltScope.firm, .operator, .info, "FAILSAFE released by \(who(view)): \(reason(view))", into: &effects)
  }

  private mutating func flatten(
    _ view: CommandView, _ id: Correlation, into effects: inout Effects
  ) throws(CommandRefusal) -> (CommandOutcome, String) {
    let scope = try scope(of: view)
    if case .strategy = scope {
      throw .notNow("a position belongs to its account: flatten the account or an instrument")
    }
    record(.flattenOrdered(scope, command: id), correlation: id, into: &effects)
    protect(scope, .operator, .warning, "flatten by \(who(view)): \(reason(view))", into: &effects)
    let count = forward(view, id, scope, into: &effects)
    return (.accepted, "handed on to \(count) executors")
  }

  private mutating func stop(
    _ view: CommandView, _ id: Correlation, at now: Instant, into effects: inout Effects
  ) throws(CommandRefusal) -> (CommandOutcome, String) {
    switch view.scope {
    case .firm, .component, .unrecognized: break
    case .account, .strategy, .instrument:
      throw .notNow("stop ends the whole session; halt is for a part of it")
    }
    guard books.state != .shutdown else { throw .notNow("the session is ending already") }
    record(.commanded(id), correlation: id, into: &effects)
    let cause: SessionCause = CommandReason.text(of: view) == Self.durationReason ? .duration : .operator
    change(to: .shutdown, because: cause, at: now, correlation: id, into: &effects)
    return (.accepted, "cancelling, confirming, ending")
  }

  /// The reason a supervisor gives when the asked-for time is over.
  static let durationReason = "duration"
}

extension QueenOrchestrator {
  private func scope(of view: CommandView) throws(CommandRefusal) -> HaltScope {
    guard let scope = HaltScope(view.block) else { throw .noScope(view.kind) }
    if case .account(let number) = scope {
      guard configuration.accounts.contains(where: { $0.number == number }) else { throw .notOurs(scope) }
    }
    return scope
  }

  /// Hands a command on to the executors it concerns; how many those are.
  @discardableResult
  private func forward(
    _ view: CommandView, _ id: Correlation, _ scope: HaltScope, into effects: inout Effects
  ) -> Int {
    var command = view.block
    command.envelope = Envelope(origin: 0, correlation: id)
    // The run is ours: on another host the same session has another.
    command.run = NameText()
    let reason = CommandReason.text(of: view)
    var count = 0
    for account in configuration.accounts where scope.account == nil || scope.account == account.number {
      count += 1
      effects.send(to: .link(component: account.executor)) { command.encode(into: &$0, reason: reason.utf8) }
    }
    return count
  }

  private func answer(
    _ view: CommandView, _ outcome: CommandOutcome, _ text: String, to peer: Peer, at now: Instant,
    into effects: inout Effects
  ) {
    let id = view.envelope.correlation
    let result = CommandResult(
      envelope: Envelope(origin: 0, correlation: id), kind: view.kind, outcome: outcome,
      component: configuration.component)
    effects.reply(to: peer) { result.encode(into: &$0, text: text.utf8) }
    let entry = AuditEntry(
      envelope: Envelope(origin: 0, correlation: id),
      actor: view.operatorName.isWellFormed ? view.operatorName : NameText(), command: view.kind,
      scope: view.scope, outcome: outcome, atNanos: now.wall)
    let reason = CommandReason.text(of: view)
    effects.publish(TopicIndex.audit) { entry.encode(into: &$0, reason: reason.utf8) }
  }

  private func who(_ view: CommandView) -> String {
    let name = view.operatorName
    return name.isWellFormed && !name.isEmpty ? name.description : "somebody who gave no name"
  }

  private func reason(_ view: CommandView) -> String {
    let reason = CommandReason.text(of: view)
    return reason.isEmpty ? "no reason given" : reason
  }

  private func names(of views: [MemberView]) -> String {
    views.map { view in
      "\(view.member.kind.name) \(view.member.name) is \(view.isHeard ? "\(view.state.name)" : "not heard")"
    }.joined(separator: ", ")
  }
}
