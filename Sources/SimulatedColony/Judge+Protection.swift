import ActorKit
import Trading
import Wire

// MARK: - What protects

extension Judge {
  /// So long after the last fault a stop may be missing: a time-out, a fence and a query (docs/CHAOS.md).
  static let bareNanos: Int64 = 15 * .nanosPerSecond

  /// What the intents of an executor have open of an instrument on a side.
  struct Stake: Hashable, CustomStringConvertible {
    let component: UInt16
    let instrument: UInt32
    let side: Side

    var place: LastingWatch.Place { .init(component: component, instrument: instrument, side: side) }
    var description: String { "instrument \(instrument) (\(side))" }
  }

  /// How a stake is protected.
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

  func stakes(of component: UInt16) -> [Stake] {
    terms.instruments.flatMap { instrument in
      [Side.buy, .sell].map { Stake(component: component, instrument: instrument, side: $0) }
    }
  }

  /// Stakes without their stops now, where the venue has stops.
  func bare() -> [Stake] {
    guard terms.guardsStops else { return [] }
    return executors.flatMap { stakes(of: $0) }.filter { stake in
      guard let cover = files[stake.component].map({ cover(stake, $0) }) else { return false }
      return cover.exposed > cover.covered + terms.dust(stake.instrument)
    }
  }

  func judgeProtection(_ stake: Stake, _ file: ExecutorFile, at moment: Int64) {
    let (cover, dust) = (cover(stake, file), terms.dust(stake.instrument))
    let what = "intents have \(cover.exposed) of \(stake) open"
    guard terms.guardsStops else {
      // The executor guards them: what the price has passed is closed.
      let reached = min(cover.reached, cover.held)
      return holdLastingly(
        .protected, stake.place, at: moment, reached <= dust, isTried: cover.exposed.isPositive,
        "\(what), and the price is beyond the stops of \(reached)")
    }
    holdLastingly(
      .protected, stake.place, at: moment, cover.exposed <= cover.covered + dust,
      isTried: cover.exposed.isPositive, "\(what) and \(cover.covered) under stops")
    guard !terms.closesExits else { return }
    // No larger either, or one intent's stop would close what another has open. Of dust a stop of any size
    // may stay: the venue lets it close that and no more.
    holdLastingly(
      .exits, stake.place, at: moment, cover.held <= dust || cover.covered <= cover.held + dust,
      isTried: cover.covered.isPositive,
      "stops for \(cover.covered) are above the \(cover.held) of \(stake) that is open")
  }

  private func cover(_ stake: Stake, _ file: ExecutorFile) -> Cover {
    var (cover, open) = (Cover(), Quantity.zero)
    let touch = sendings.touch(closing: stake.side, stake.instrument, for: stake.component)
    for id in file.activeIntents {
      guard let intent = file.intents[id], intent.instrument == stake.instrument,
        intent.side == stake.side, let stop = intent.stopPrice, !intent.isProtectionOver,
        !file.isLeftBare(intent)
      else { continue }
      let its = max(.zero, truth.open(of: intent))
      open = open + its
      cover.covered = cover.covered + stops(of: intent)
      if let touch, stake.side == .buy ? touch < stop : touch > stop { cover.reached = cover.reached + its }
    }
    let position = truth.position(.init(account: file.account, instrument: stake.instrument))
    cover.held = max(.zero, stake.side == .buy ? position : -position)
    cover.exposed = min(open, cover.held)
    return cover
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
}
