import ActorKit
import OrderExecutor
import Trading
import Vocabulary
import Wire

// MARK: - What lasts

extension Judge {
  /// So long after its executor died, and it began itself, the dead-man switch has cancelled what was open.
  static let deadManNanos: Int64 = 13 * .nanosPerSecond
  /// So long what opens may outlive a halt or risk's last word: time-outs of a cancel and a query.
  static let outlivingNanos: Int64 = 10 * .nanosPerSecond

  /// Looks at what should not stay as it is.
  package func look(at moment: Int64) {
    for component in executors {
      guard let file = files[component] else { continue }
      judgeSilence(component, file, at: moment)
      judgeLeft(component, file, at: moment)
      for stake in stakes(of: component) { judgeProtection(stake, file, at: moment) }
      files[component]?.dropOver(truth)
    }
  }

  /// Nothing that opens is left at the venue of an executor that has been dead for so long.
  private func judgeSilence(_ component: UInt16, _ file: ExecutorFile, at moment: Int64) {
    // The switch of a venue that was away itself runs anew.
    guard let death = lives.deadSince(component), let venue = terms.venues[component],
      let steady = lives.steadySince(venue)
    else { return }
    let since = max(death, steady)
    guard moment - since > Self.deadManNanos else { return }
    let left = opening(of: file).map(\.id)
    hold(
      .deadMan, at: moment, left.isEmpty,
      "\(left.count) orders that open are at the venue \((moment - since) / .nanosPerMilli) ms after their"
        + " executor died, \(left.min().map { "\($0)" } ?? "") among them")
  }

  /// Nothing that opens is left where the disk holds a halt, and no quote of which risk has long said
  /// nothing.
  private func judgeLeft(_ component: UInt16, _ file: ExecutorFile, at moment: Int64) {
    guard lives.deadSince(component) == nil else { return }
    let left = opening(of: file)
    let halted = left.filter(file.isHalted)
    holdLastingly(
      .cleared, .init(component: component), at: moment, halted.isEmpty,
      isTried: !(file.halts + file.panics).isEmpty, within: Self.outlivingNanos,
      "\(halted.count) orders that open are at the venue while \(file.halts + file.panics) is halted")
    let quotes = left.filter { $0.purpose == .quote }
    let outlived = quotes.filter { sendings.hasOutlived($0, of: component, at: moment) }
    holdLastingly(
      .outlived, .init(component: component), at: moment, outlived.isEmpty,
      isTried: !quotes.isEmpty, within: Self.outlivingNanos,
      "\(outlived.count) quotes are at the venue of which risk says nothing any more")
  }

  /// Orders of an executor at the venue that open something.
  private func opening(of file: ExecutorFile) -> [CreatedOrder] {
    truth.open.values.compactMap { $0.clOrdID.flatMap { file.created[$0] } }.filter {
      $0.purpose == .quote || $0.purpose == .entry
    }
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
