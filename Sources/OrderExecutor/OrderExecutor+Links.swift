import ActorKit
import Trading
import Wire

// News about links.
extension OrderExecutor {
  public mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    switch event {
    case .streamGap(_, let topic): forget(topic)
    case .streamRestarted(configuration.venueComponent): loseAnswers(at: now, into: &effects)
    case .streamRestarted(let sender):
      for place in desks.indices where desks[place].feed == sender { desks[place].forgetMarket() }
      // The host decides which epoch of a publisher is believed, and may go back to a lower one.
      if sender == configuration.queenComponent { (session.epoch, session.revision) = (0, 0) }
    case .peerSuspect(let component), .peerSilent(let component): setSilent(component, true)
    case .peerHeard(let component, _):
      if component == configuration.venueComponent, isVenueSilent { loseAnswers(at: now, into: &effects) }
      setSilent(component, false)
    case .sessionOpened(let component, _):
      guard component == configuration.riskComponent else { return }
      isRiskHeard = true
      owesIntents = true
      reportedState = nil
      if books.cut != nil { reconciliation.hurry(toBoot: now.boot) }
    case .notSent(let component, let template, let correlation, _):
      if component == configuration.riskComponent { noteMissedReport(at: now) }
      if component == configuration.queenComponent, template == .permit {
        nextPermitBoot = min(nextPermitBoot, now.boot + Self.reconnectNanos)
      }
      guard component == configuration.venueComponent else { return }
      takeBack(template, correlation, at: now, into: &effects)
    case .acknowledged(let component, .accountReport, let mark):
      if component == configuration.riskComponent { noteAccountKnown(mark) }
    case .acknowledged: return
    case .sessionClosed(let component):
      // What is sent now may never arrive; the whole truth follows when the session opens again.
      guard component == configuration.riskComponent else { return }
      isRiskHeard = false
      riskCatchUpBoot = .max
      reportedState = state
    case .journalImpaired(let why):
      isJournalImpaired = true
      quarantine(why, code: .journal, into: &effects)
    case .journalCut(let turns): takeCut(turns: turns, at: now, into: &effects)
    case .sourceReady, .sourceEnded: return
    }
  }

  /// What a topic told is not whole any more. Top and status heal by their next message or snapshot.
  private mutating func forget(_ topic: Topic) {
    for place in desks.indices {
      if desks[place].topTopic == topic {
        desks[place].loseTop()
      }
      if desks[place].statusTopic == topic {
        desks[place].feedState = nil
        desks[place].needsDecision = true
      }
    }
  }

  /// The venue has been away, or is another process: what it had not answered it may never answer, and
  /// reports may be lost.
  private mutating func loseAnswers(at now: Instant, into effects: inout Effects) {
    doubtUnanswered(at: now, into: &effects)
    reconciliation.hurry(toBoot: now.boot, withOrders: true)
  }

  private mutating func setSilent(_ component: UInt16, _ isSilent: Bool) {
    for place in desks.indices where desks[place].feed == component && desks[place].isFeedSilent != isSilent {
      desks[place].isFeedSilent = isSilent
      desks[place].needsDecision = true
    }
    if component == configuration.venueComponent { isVenueSilent = isSilent }
  }

  /// A request that did not leave has had no effect.
  private mutating func takeBack(
    _ template: Template, _ correlation: Correlation, at now: Instant, into effects: inout Effects
  ) {
    let id = ClOrdID(requestCorrelation: correlation)
    switch template {
    case .newOrder:
      guard let order = books.order(id), !order.state.isAccepted, order.state.isOpen else { return }
      counters.notSent += 1
      record(.orderNotPlaced(order: id, isProven: false), correlation: order.correlation, into: &effects)
      landed(id)
      pauseGate(of: order, at: now)
      pauseProtection(of: order, .none, at: now)
      report(id, .rejected, into: &effects)
    case .cancelOrder:
      guard let order = books.open.first(where: { $0.state.pending.contains { $0.id == id } }) else { return }
      counters.notSent += 1
      record(
        .cancelRejected(order: order.id, request: id, reason: .none), correlation: order.correlation,
        into: &effects)
      updateFlight(of: order.id, at: now) {
        $0.cancelDeadline = .max
        $0.nextCancelBoot = now.boot + Self.linkPauseNanos
      }
      retry(atBoot: now.boot + Self.linkPauseNanos)
      report(order.id, .cancelRejected, into: &effects)
    case .accountQuery:
      // As after a start, before the link is up: a second's wait would be most of the way back.
      reconciliation.nextBoot = min(reconciliation.nextBoot, now.boot + Self.reconnectNanos)
    default: return
    }
  }
}

extension ClOrdID {
  /// The correlation of a request to the venue is its id, so that an answer, or the news that it did not
  /// leave, names exactly one request.
  var requestCorrelation: Correlation {
    Correlation(high: UInt64(account) << 32 | UInt64(epoch), low: counter)
  }

  init(requestCorrelation correlation: Correlation) {
    self.init(
      account: UInt16(truncatingIfNeeded: correlation.high >> 32),
      epoch: UInt32(truncatingIfNeeded: correlation.high), counter: correlation.low)
  }
}
