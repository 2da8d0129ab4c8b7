import ActorKit
import OrderExecutor
import Trading
import Vocabulary
import Wire

// MARK: - What lasts

extension Judge {
  /// So long after the last fault a stop may be missing: a time-out, a fence and a query (docs/CHAOS.md).
  static let bareNanos: Int64 = 15 * .nanosPerSecond
  /// So long after its executor died, and it began itself, the dead-man switch has cancelled what was open.
  static let deadManNanos: Int64 = 13 * .nanosPerSecond

  /// Looks at what should not stay as it is.
  package func look(at moment: Int64) {
    for component in executors {
      guard let file = files[component] else { continue }
      judgeSilence(component, file, at: moment)
      judgeLeft(component, file, at: moment)
      if terms.guardsStops {
        for instrument in terms.instruments {
          for side in [Side.buy, .sell] { judgeProtection(instrument, side, component, file, at: moment) }
        }
      }
      files[component]?.dropOver(truth)
    }
  }

  /// Nothing that opens is left at the venue of an executor that has been dead for so long.
  private func judgeSilence(_ component: UInt16, _ file: ExecutorFile, at moment: Int64) {
    // The switch of a venue that was away itself runs anew.
    guard let death = lives.deadSince(component), let venue = terms.venues[component],
      let steady = lives.isSteadySince(venue)
    else { return }
    let since = max(death, steady)
    guard moment - since > Self.deadManNanos else { return }
    let left = opening(of: file).map(\.id)
    hold(
      .deadMan, at: moment, left.isEmpty,
      "\(left.count) orders that open are at the venue \((moment - since) / .nanosPerMilli) ms after their"
        + " executor died, \(left.min().map { "\($0)" } ?? "") among them")
  }

  /// Nothing that opens is left where the disk holds a halt, and no quote of strategies whose program is
  /// gone.
  private func judgeLeft(_ component: UInt16, _ file: ExecutorFile, at moment: Int64) {
    guard lives.deadSince(component) == nil else { return }
    let left = opening(of: file)
    let halted = left.filter(file.isHalted)
    holdLastingly(
      .cleared, LastingWatch.Place(component: component), at: moment, halted.isEmpty,
      isTried: !(file.halts + file.panics).isEmpty,
      "\(halted.count) orders that open are at the venue while \(file.halts + file.panics) is halted")
    for (signal, strategies) in terms.strategies {
      let isGone = lives.deadSince(signal) != nil
      let outlived = isGone ? left.filter { $0.purpose == .quote && strategies.contains($0.strategy) } : []
      holdLastingly(
        .outlived, LastingWatch.Place(component: component, served: signal), at: moment, outlived.isEmpty,
        isTried: isGone, "\(outlived.count) quotes are at the venue of strategies whose program is dead")
    }
  }

  /// Orders of an executor at the venue that open something.
  private func opening(of file: ExecutorFile) -> [CreatedOrder] {
    truth.open.values.compactMap { $0.clOrdID.flatMap { file.created[$0] } }.filter {
      $0.purpose == .quote || $0.purpose == .entry
    }
  }

  /// What intents have open on a side is under their stops, as far as the account has it: the venue closes
  /// one intent's position with another's of the other side.
  private func judgeProtection(
    _ instrument: UInt32, _ side: Side, _ component: UInt16, _ file: ExecutorFile, at moment: Int64
  ) {
    var (open, covered) = (Quantity.zero, Quantity.zero)
    for id in file.activeIntents {
      guard let intent = file.intents[id], intent.instrument == instrument, intent.side == side,
        intent.stopPrice != nil, !intent.isProtectionOver, !file.isLeftBare(intent)
      else { continue }
      open = open + max(.zero, truth.open(of: intent))
      covered = covered + stops(of: intent)
    }
    let position = truth.position(.init(account: file.account, instrument: instrument))
    let held = max(.zero, side == .buy ? position : -position)
    let (exposed, dust) = (min(open, held), terms.dust(instrument))
    let place = LastingWatch.Place(component: component, instrument: instrument, side: side)
    holdLastingly(
      .protected, place, at: moment, exposed <= covered + dust, isTried: exposed.isPositive,
      "intents of instrument \(instrument) have \(exposed) open (\(side)) and \(covered) under stops")
    guard !terms.closesExits else { return }
    // No larger either, or one intent's stop would close what another has open. Of dust a stop of any size
    // may stay: the venue lets it close that and no more.
    holdLastingly(
      .exits, place, at: moment, held <= dust || covered <= held + dust, isTried: covered.isPositive,
      "stops for \(covered) of instrument \(instrument) are above the \(held) that is open (\(side))")
  }

  /// Open stops of an intent where it wants them.
  private func stops(of intent: ExecutorFile.Intent) -> Quantity {
    var covered = Quantity.zero
    for order in intent.orders {
      guard let number = truth.numbers[order], let its = truth.open[number], its.isStop,
        its.side == intent.side.opposite, its.stopPrice == intent.stopPrice
      else { continue }
      covered = covered + its.rest
    }
    return covered
  }

  /// Whether an executor's books are what is so at its venue; nil when they are, else what differs.
  func difference(_ books: ExecutorBooks, of component: UInt16) -> String? {
    for instrument in terms.instruments {
      let holding = VenueTruth.Holding(account: books.account, instrument: instrument)
      let (own, theirs) = (books.ledger[instrument].quantity, truth.position(holding))
      guard own == theirs else {
        return "instrument \(instrument): position \(own) in the books, \(theirs) at the venue"
      }
      let ours = files[component]?.booked ?? []
      let booked = Set(ours.lazy.filter { $0.instrument == instrument }.map(\.execution))
      let traded = truth.executions[holding] ?? []
      guard booked == traded else {
        return "instrument \(instrument): booked and not at the venue"
          + " \(booked.subtracting(traded).count) executions, the other way round"
          + " \(traded.subtracting(booked).count)"
      }
    }
    guard books.inDoubtCount == 0 else { return "\(books.inDoubtCount) orders are in doubt" }
    let own = Set(books.open.map(\.id))
    let theirs = Set(truth.open.values.filter { $0.account == books.account }.compactMap(\.clOrdID))
    guard own == theirs else {
      return "open in the books only: \(own.subtracting(theirs).sorted()), at the venue only:"
        + " \(theirs.subtracting(own).sorted())"
    }
    return nil
  }

  /// Orders at a venue that neither stop nor target of an intent is.
  func openUnprotecting() -> [ClOrdID] {
    truth.open.values.compactMap(\.clOrdID).filter { id in
      let purpose = executors.lazy.compactMap { self.files[$0]?.created[id] }.first?.purpose
      return purpose != .stopLoss && purpose != .takeProfit
    }.sorted()
  }
}
