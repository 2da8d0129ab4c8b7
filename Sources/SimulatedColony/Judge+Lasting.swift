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

  /// So long what opens may outlive a halt or risk's last wish: time-outs of a cancel and a query.
  static let outlivingNanos: Int64 = 10 * .nanosPerSecond

  /// Looks at what should not stay as it is.
  package func look(at moment: Int64) {
    for component in executors {
      guard let file = files[component] else { continue }
      judgeSilence(component, file, at: moment)
      judgeLeft(component, file, at: moment)
      for instrument in terms.instruments {
        for side in [Side.buy, .sell] {
          judgeProtection(Holding(component, instrument, side), file, at: moment)
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

  /// Nothing that opens is left where the disk holds a halt, and no quote that risk has long stopped wishing.
  private func judgeLeft(_ component: UInt16, _ file: ExecutorFile, at moment: Int64) {
    guard lives.deadSince(component) == nil else { return }
    let left = opening(of: file)
    let halted = left.filter(file.isHalted)
    holdLastingly(
      .cleared, LastingWatch.Place(component: component), at: moment, halted.isEmpty,
      isTried: !(file.halts + file.panics).isEmpty, within: Self.outlivingNanos,
      "\(halted.count) orders that open are at the venue while \(file.halts + file.panics) is halted")
    let quotes = left.filter { $0.purpose == .quote }
    let outlived = quotes.filter { sendings.hasOutlived($0, of: component, at: moment) }
    holdLastingly(
      .outlived, LastingWatch.Place(component: component), at: moment, outlived.isEmpty,
      isTried: !quotes.isEmpty, within: Self.outlivingNanos,
      "\(outlived.count) quotes are at the venue for which risk has no wish any more")
  }

  /// Orders of an executor at the venue that open something.
  private func opening(of file: ExecutorFile) -> [CreatedOrder] {
    truth.open.values.compactMap { $0.clOrdID.flatMap { file.created[$0] } }.filter {
      $0.purpose == .quote || $0.purpose == .entry
    }
  }

  /// What intents of an instrument have open on a side.
  struct Holding {
    let component: UInt16
    let instrument: UInt32
    let side: Side

    init(_ component: UInt16, _ instrument: UInt32, _ side: Side) {
      (self.component, self.instrument, self.side) = (component, instrument, side)
    }

    var place: LastingWatch.Place {
      LastingWatch.Place(component: component, instrument: instrument, side: side)
    }
  }

  /// How what intents have open is protected.
  struct Cover {
    /// By the intents, as far as the account has it: the venue closes one intent's position with another's of
    /// the other side.
    var exposed = Quantity.zero
    /// Under stops at their prices.
    var covered = Quantity.zero
    /// The price is beyond the stop.
    var reached = Quantity.zero
    /// What the account has.
    var held = Quantity.zero
  }

  func cover(_ holding: Holding, _ file: ExecutorFile) -> Cover {
    var (cover, open) = (Cover(), Quantity.zero)
    let touch = sendings.touch(closing: holding.side, holding.instrument, for: holding.component)
    for id in file.activeIntents {
      guard let intent = file.intents[id], intent.instrument == holding.instrument,
        intent.side == holding.side, let stop = intent.stopPrice, !intent.isProtectionOver,
        !file.isLeftBare(intent)
      else { continue }
      let its = max(.zero, truth.open(of: intent))
      open = open + its
      cover.covered = cover.covered + stops(of: intent)
      if let touch, holding.side == .buy ? touch < stop : touch > stop {
        cover.reached = cover.reached + its
      }
    }
    let position = truth.position(.init(account: file.account, instrument: holding.instrument))
    cover.held = max(.zero, holding.side == .buy ? position : -position)
    cover.exposed = min(open, cover.held)
    return cover
  }

  private func judgeProtection(_ holding: Holding, _ file: ExecutorFile, at moment: Int64) {
    let (cover, dust) = (cover(holding, file), terms.dust(holding.instrument))
    let what = "intents of instrument \(holding.instrument) have \(cover.exposed) open (\(holding.side))"
    guard terms.guardsStops else {
      // The executor guards them: what the price has passed is closed.
      let reached = min(cover.reached, cover.held)
      return holdLastingly(
        .protected, holding.place, at: moment, reached <= dust, isTried: cover.exposed.isPositive,
        "\(what), and the price is beyond the stops of \(reached)")
    }
    holdLastingly(
      .protected, holding.place, at: moment, cover.exposed <= cover.covered + dust,
      isTried: cover.exposed.isPositive, "\(what) and \(cover.covered) under stops")
    guard !terms.closesExits else { return }
    // No larger either, or one intent's stop would close what another has open. Of dust a stop of any size
    // may stay: the venue lets it close that and no more.
    holdLastingly(
      .exits, holding.place, at: moment, cover.held <= dust || cover.covered <= cover.held + dust,
      isTried: cover.covered.isPositive,
      "stops for \(cover.covered) of instrument \(holding.instrument) are above the \(cover.held) that is"
        + " open (\(holding.side))")
  }

  /// What intents have open without a stop now.
  func bare() -> [Holding] {
    guard terms.guardsStops else { return [] }
    var bare: [Holding] = []
    for component in executors {
      guard let file = files[component] else { continue }
      for instrument in terms.instruments {
        for side in [Side.buy, .sell] {
          let holding = Holding(component, instrument, side)
          let cover = cover(holding, file)
          if cover.exposed > cover.covered + terms.dust(instrument) { bare.append(holding) }
        }
      }
    }
    return bare
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
