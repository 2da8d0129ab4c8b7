import ActorKit
import Governance
import Vocabulary
import Wire

// Leases on trading.
extension QueenOrchestrator {
  /// Grants what the session allows the account now. Only the youngest executor ever seen gets an answer: an
  /// older one that is still alive somewhere runs out of permits.
  mutating func onPermit(_ request: Permit, to peer: Peer, at now: Instant, into effects: inout Effects) {
    guard request.act == .request, request.holderEpoch > 0, request.askedBootNanos > 0,
      let account = configuration.accounts.first(where: { $0.number == request.account }),
      account.executor == request.component, account.executor == peer.component
    else { return counters.drop(.permit) }
    let fence = books.fence(of: account.number)
    guard request.holderEpoch >= fence.epoch,
      UInt64(request.holderEpoch) <= EpochBound.greatest(after: fence.epoch, wallNanos: now.wall)
    else { return counters.drop(.fenced) }
    guard mayHold(request, after: fence, at: now) else {
      return refuseTwin(of: account, request, into: &effects)
    }
    noteGrant(to: account.number, at: now)
    tellOwedHalts(to: account, into: &effects)
    counters.permits += 1
    let grant = Permit(
      envelope: Envelope(origin: 0, correlation: request.envelope.correlation), act: .grant,
      component: account.executor, account: account.number, holderEpoch: request.holderEpoch,
      level: level(of: account), askedBootNanos: request.askedBootNanos,
      lifeNanos: configuration.permitLifeNanos, sessionRevision: revision, instance: request.instance,
      lineage: request.lineage)
    record(
      .granted(
        GrantedPermit(
          account: grant.account, component: grant.component, holderEpoch: grant.holderEpoch,
          instance: request.instance ?? 0, lineage: request.lineage ?? 0, level: grant.level,
          askedBootNanos: grant.askedBootNanos,
          lifeNanos: grant.lifeNanos)),
      into: &effects)
    effects.reply(to: peer) { grant.encode(into: &$0) }
  }

  /// Epochs of one journal tell which process is the younger; the journal's lock sees to it that there is
  /// one. Of two journals they tell nothing: then the holder's permits must have run out first, to the last
  /// of what they allow.
  private func mayHold(_ request: Permit, after fence: Fence, at now: Instant) -> Bool {
    if fence.epoch == 0 || fence.instance == 0 { return true }
    if request.holderEpoch == fence.epoch { return request.instance == fence.instance }
    if fence.lineage == 0 || request.lineage == fence.lineage { return true }
    let granted = grants.first { $0.account == fence.account }?.boot ?? startedBoot
    if Canary.isSinging(.fenceShortened) { return now.boot - granted > configuration.permitLifeNanos / 2 }
    return now.boot - granted > 2 * configuration.permitLifeNanos
  }

  private mutating func noteGrant(to account: UInt16, at now: Instant) {
    grants.removeAll { $0.account == account }
    grants.append((account, now.boot))
  }

  /// Two executors have journals of their own: only the first may trade.
  private mutating func refuseTwin(
    of account: ColonyAccount, _ request: Permit, into effects: inout Effects
  ) {
    counters.drop(.fenced)
    guard !twins.contains(account.number) else { return }
    twins.append(account.number)
    raise(
      .reconciliationDifference, .critical,
      "two executors ask for the permit of account \(account.number), each with a journal of its own; the "
        + "one in epoch \(request.holderEpoch) gets none while the other lives. Find it and stop it.",
      into: &effects)
  }

  /// What an account may do now.
  ///
  /// A halt, a failsafe and the end of a session forbid what opens; stops and targets of what is open go on.
  /// A panic forbids them, too.
  func level(of account: ColonyAccount) -> PermitLevel {
    guard !books.panics.covers(account: account.number) else { return .cancel }
    if books.state == .shutdown || books.state == .failsafe { return .reduce }
    guard books.state.isTrading else { return .cancel }
    guard !books.halts.covers(account: account.number) else { return .reduce }
    guard books.state == .degraded else { return .open }
    return books.lost.contains { concerns(account, lossOf: $0) } ? .reduce : .open
  }

  /// The most any account may do: what risk owners may count on at best.
  var bestLevel: PermitLevel {
    guard books.state.isTrading, !books.halts.contains(.firm) else { return .cancel }
    let levels = configuration.accounts.map(level(of:))
    return levels.min { $0.rawValue < $1.rawValue } ?? .open
  }

  /// Without market data nobody opens anything; without its venue, executor or risk an account does not;
  /// without a signal its quotes have expired by themselves.
  private func concerns(_ account: ColonyAccount, lossOf component: UInt16) -> Bool {
    guard let index = memberIndex(component) else { return false }
    return switch members[index].member.kind {
    case .feed: true
    case .venue: account.venue.map { $0 == component } ?? true
    case .executor: account.executor == component
    case .risk: account.risk == component
    case .signal, .queen, .monitor, .operator, .unrecognized: false
    }
  }
}
