import ActorKit
import Trading
import Wire

/// Ending: all but what protects is cancelled, positions are closed where that is wanted, and the venue
/// confirms what is left before the executor calls itself finished. Stops and targets stay: they look after
/// what outlives the session.
struct ExecutorEnd: Sendable {
  /// Since when it is ending, boot clock; nil when it is not.
  private var sinceBoot: Int64?
  /// Closing positions because the session ends has begun.
  private var hasBegunFlattening = false

  /// For so long the end waits for protection that does not come.
  static let patienceNanos: Int64 = 5 * .nanosPerSecond

  /// What is to be done next.
  enum Next: Equatable {
    case nothing
    /// Positions are to be closed first.
    case flatten
    /// Something may still get its stop: look again then, boot clock.
    case wait(untilBoot: Int64)
    /// The venue is to confirm that nothing is left.
    case confirm
  }

  mutating func next(
    _ situation: Situation, _ exits: Exits, _ protection: ProtectionSource, _ orders: OrderManager,
    at now: Instant
  ) -> Next {
    guard situation.isClosing else {
      (sinceBoot, hasBegunFlattening) = (nil, false)
      return .nothing
    }
    guard !situation.authority.isFinished, situation.authority.quarantine == nil,
      situation.agreement.isComplete
    else { return .nothing }
    let since = sinceBoot ?? now.boot
    sinceBoot = since
    if situation.configuration.flattensAtEnd, !hasBegunFlattening {
      hasBegunFlattening = true
      return .flatten
    }
    let isFlattening = situation.books.flattenings.contains { flattening in
      guard let index = situation.markets.index(of: flattening.instrument) else { return false }
      let side: Side = situation.books.ledger[flattening.instrument].quantity.isPositive ? .sell : .buy
      return situation.markets[index].touch(side) != nil && !exits.isCapped(index)
    }
    guard situation.books.open.allSatisfy(\.staysAtEnd), !isFlattening else { return .nothing }
    // What was filled last may not have its stop yet.
    let patience = since + Self.patienceNanos
    if now.boot < patience, isAnyBare(situation, protection, orders, at: now) {
      return .wait(untilBoot: patience)
    }
    return .confirm
  }

  private func isAnyBare(
    _ situation: Situation, _ protection: ProtectionSource, _ orders: OrderManager, at now: Instant
  ) -> Bool {
    protection.wards(situation).contains { ward in
      ward.working.needsProtection && ward.share.owed.isPositive
        && ProtectionSource.Look(ward, situation, orders, at: now).isLacking
    }
  }
}

extension Situation {
  /// Begins to close every position because the session ends.
  mutating func flattenAtEnd(at now: Instant, into effects: inout Effects) {
    for index in markets.indices {
      let number = markets[index].instrument.number
      guard !books.ledger[number].quantity.isZero, !isFlattening(number),
        !books.isPanicked(strategy: 0, instrument: number)
      else { continue }
      record(
        .flattenBegun(instrument: number, atNanos: now.wall, operatorName: "session end"), into: &effects)
    }
    agenda.retry(atBoot: now.boot)
  }

  /// The venue has confirmed that nothing is left but what protects. People must know what stays open.
  /// Whether anything does.
  mutating func finish(into effects: inout Effects) -> Bool {
    authority.isFinished = true
    guard !books.outlines.isEmpty || !books.ledger.entries.allSatisfy({ $0.position.isFlat }) else {
      return false
    }
    for index in markets.indices {
      let state = markets[index]
      let number = state.instrument.number
      let position = books.ledger[number].quantity
      guard let open = position.absolute(), !isDust(position, state) else { continue }
      let covered = min(books.restingStops(in: number), open)
      // What is protected whole, and what quoting strategies hold on purpose, is told by the report of the
      // session, and is no cause for alarm.
      guard (covered.adding(books.inventory(in: number)) ?? .max) < open else { continue }
      alarm(
        .unprotectedPosition, .critical, instrument: number,
        "the session ends with \(position) \(state.instrument.name) open; stops at the venue protect "
          + "\(covered). Close the rest, or go on with `waggle run TOPOLOGY --resume latest`",
        into: &effects)
    }
    return true
  }
}

extension OwnOrder {
  /// Protects a position and rests at the venue, of which there is no doubt: it may outlive the session.
  var staysAtEnd: Bool {
    (purpose.isProtective || purpose == .found && type == .stop) && timeInForce == .gtc && state.isAccepted
      && !isCancelPending
      && status != .inDoubt && awaitedFills.isZero
  }
}
