import ActorKit
import OrderExecutor
import Trading
import VenueSimulator
import Vocabulary
import Wire

// MARK: - What is so at the venues

extension Judge {
  package func stored(_ fact: VenueFact, at moment: Int64) {
    if case .accepted(let order) = fact { judgeAcceptance(order, at: moment) }
    if case .ended(let end) = fact, end.status == .canceled { judgeCancel(of: end.venueOrderId, at: moment) }
    truth.apply(fact)
    switch fact {
    case .accepted(let order): changed.insert(.init(account: order.account, instrument: order.instrument))
    case .trade(let trade): changed.insert(.init(account: trade.account, instrument: trade.instrument))
    default: break
    }
  }

  /// What stands after a turn of the venue counts, not what stands between two facts of it.
  package func endVenueTurn(at moment: Int64) {
    guard !changed.isEmpty else { return }
    for holding in changed.sorted(by: { ($0.account, $0.instrument) < ($1.account, $1.instrument) }) {
      judgeChange(holding.account, holding.instrument, at: moment)
    }
    changed.removeAll(keepingCapacity: true)
  }

  private func judgeAcceptance(_ order: VenueOrder, at moment: Int64) {
    guard let id = ClOrdID(order.clOrdID) else {
      return hold(.onceAtVenue, at: moment, false, "the venue accepts an order '\(order.clOrdID)'")
    }
    hold(
      .onceAtVenue, at: moment, !truth.accepted.contains(id), "the venue accepts order \(id) a second time")
    let isKnown = files.values.contains { $0.created[id] != nil }
    hold(.onceAtVenue, at: moment, isKnown, "the venue accepts order \(id), which no executor's disk knows")
  }

  /// Cancels that an executor sent before it died have arrived by then.
  private static let underwayNanos: Int64 = 8 * .nanosPerSecond

  /// The dead-man switch takes away what opens, and no stop. One of a pair ends with the other.
  private func judgeCancel(of number: UInt64, at moment: Int64) {
    guard let order = truth.open[number], let component = owner(of: order.account),
      let death = lives.deadSince(component), moment - death > Self.underwayNanos,
      moment - commands.lastCancelAll > .nanosPerSecond
    else { return }
    hold(
      .deadMan, at: moment, !order.isStop || order.partner != nil,
      "a stop is taken away \((moment - death) / .nanosPerMilli) ms after its executor died")
  }

  private func owner(of account: UInt16) -> UInt16? {
    executors.first { files[$0]?.account == account }
  }

  private func judgeChange(_ account: UInt16, _ instrument: UInt32, at moment: Int64) {
    guard let component = owner(of: account), let file = files[component] else { return }
    let holding = VenueTruth.Holding(account: account, instrument: instrument)
    guard let cap = terms.caps[holding] else { return }
    let position = truth.position(holding)
    var (buys, sells) = (Quantity.zero, Quantity.zero)
    for order in truth.open.values where order.account == account && order.instrument == instrument {
      guard opens(order, file) else { continue }
      if order.side == .buy { buys = buys + order.rest } else { sells = sells + order.rest }
    }
    hold(
      .capped, at: moment, position + buys <= cap && sells - position <= cap,
      "instrument \(instrument) has \(position), buys \(buys) and sells \(sells); the cap is \(cap)")
    if let limit = terms.limits[holding], !file.quoted.contains(instrument) {
      hold(
        .limited, at: moment, position + buys <= limit && sells - position <= limit,
        "instrument \(instrument) has \(position), entries for \(buys) and \(sells); risk's limit is"
          + " \(limit)")
    }
    judgeExits(file, instrument, at: moment)
  }

  /// Stops and targets close what there is, and have a rule of their own.
  private func opens(_ order: VenueTruth.Order, _ file: ExecutorFile) -> Bool {
    guard !order.isReduceOnly, let id = order.clOrdID, let created = file.created[id] else {
      return !order.isReduceOnly
    }
    return created.purpose == .quote || created.purpose == .entry
  }

  /// What is closed of an intent is no more than was opened, nor is what may be. A leg may take along dust
  /// that an earlier intent left. A venue with reduce-only orders sees to it for the account, and there a
  /// stop stands before the one it replaces is gone: only what lasts is judged then (`judgeProtection`).
  private func judgeExits(_ file: ExecutorFile, _ instrument: UInt32, at moment: Int64) {
    guard terms.closesExits else { return }
    let dust = terms.dust(instrument)
    for id in file.activeIntents {
      guard let intent = file.intents[id], intent.instrument == instrument, intent.entry != nil else {
        continue
      }
      let open = truth.open(of: intent)
      hold(
        .exits, at: moment, open >= -dust, "of intent \(id) \(-open) more was closed than it had opened")
      let legs = legs(of: intent)
      guard legs.isPositive else { continue }
      hold(
        .exits, at: moment, legs <= max(.zero, open) + dust,
        "\(legs) can be filled against the \(open) that intent \(id) has open")
    }
  }

  private func legs(of intent: ExecutorFile.Intent) -> Quantity {
    var legs = Quantity.zero
    for order in intent.orders where order != intent.entry {
      guard let number = truth.numbers[order], let its = truth.open[number], !its.isReduceOnly else {
        continue
      }
      // Of a pair one takes from the other.
      if let partner = its.partner, truth.open[partner] != nil, !its.isStop { continue }
      legs = legs + its.rest
    }
    return legs
  }
}
