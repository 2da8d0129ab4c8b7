import ActorKit
import OrderExecutor
import Trading
import Vocabulary
import Wire

// MARK: - What executors do

extension Judge {
  func read(again component: UInt16, _ facts: [ExecutorFact]) { files[component]?.read(again: facts) }

  package func tookAsExecutor(_ component: UInt16, _ frame: [UInt8], at moment: Int64) {
    let message = Inbound(frame.span.bytes)
    if case .targetQuotes(let wish)? = message {
      sendings.wishes(component, wish.block.strategy, wish.block.instrument, at: moment)
    }
    guard case .permit(let permit)? = message else { return }
    if permit.block.act == .grant, permit.block.holderEpoch == files[component]?.epoch {
      lives.expectPermit(component, at: moment)
    }
    files[component]?.take(permit.block)
  }

  package func stored(_ component: UInt16, _ fact: ExecutorFact, at moment: Int64) {
    files[component]?.take(fact, at: moment, &judgement)
  }

  /// A frame that an executor has sent over a link.
  package func sent(_ component: UInt16, _ frame: [UInt8], _ clock: SimulatedClock, at moment: Int64) {
    guard case .newOrder(let order)? = Inbound(frame.span.bytes), let file = files[component],
      let id = ClOrdID(order.block.clOrdID)
    else { return }
    guard let created = file.created[id] else {
      return hold(.journaled, at: moment, false, "order \(id) leaves, and the disk does not know it")
    }
    hold(.journaled, at: moment, true, "")
    sendings.sent(created, at: moment)
    guard created.purpose == .quote || created.purpose == .entry else { return }
    judgeSize(created, file, at: moment)
    judgeIntent(of: created, file, wall: clock.wall(at: moment), at: moment)
    commands.judge(created, account: file.account, by: component, at: moment, &judgement)
    sendings.judgeFreshness(created, component, at: moment, &judgement)
    hold(
      .halted, at: moment, !file.isHalted(created),
      "\(created.purpose) \(id) leaves while \(file.halts + file.panics) is halted")
    judgePermit(created, file, boot: clock.boot(at: moment), at: moment)
  }

  /// So long after its intent has expired an entry may leave: a slow disk writes it down first.
  private static let lateNanos: Int64 = .nanosPerSecond

  private func judgeIntent(of order: CreatedOrder, _ file: ExecutorFile, wall: Int64, at moment: Int64) {
    guard order.purpose == .entry, let intent = order.intent.flatMap({ file.intents[$0] }) else { return }
    hold(
      .timely, at: moment, intent.expireNanos == 0 || wall <= intent.expireNanos + Self.lateNanos,
      "entry \(order.id) leaves \((wall - intent.expireNanos) / .nanosPerMilli) ms after its intent expired")
    let limits = terms.orders[.init(account: file.account, instrument: order.instrument)]
    guard let budget = limits?.loss, let stop = intent.stopPrice else { return }
    let loss = (order.price > stop ? order.price - stop : stop - order.price) * order.quantity
    hold(
      .budgeted, at: moment, loss <= budget,
      "entry \(order.id) of \(order.quantity) at \(order.price) loses \(loss) at its stop; risk lets a trade"
        + " lose \(budget)")
  }

  /// Risk has let it be no larger.
  private func judgeSize(_ order: CreatedOrder, _ file: ExecutorFile, at moment: Int64) {
    guard let limits = terms.orders[.init(account: file.account, instrument: order.instrument)] else {
      return
    }
    hold(
      .sized, at: moment,
      order.quantity <= limits.quantity && order.price * order.quantity <= limits.notional,
      "\(order.purpose) \(order.id) is \(order.quantity) at \(order.price); risk lets an order be"
        + " \(limits.quantity) and worth \(limits.notional)")
  }

  /// What only reduces may rest on a permit for twice its life.
  private func judgePermit(_ order: CreatedOrder, _ file: ExecutorFile, boot: Int64, at moment: Int64) {
    guard let grant = file.grant else {
      return hold(.permitted, at: moment, false, "\(order.purpose) \(order.id) leaves without any permit")
    }
    let position = truth.position(
      VenueTruth.Holding(account: file.account, instrument: order.instrument))
    let reduces = order.side == .buy ? position.isNegative : position.isPositive
    let lives: Int64 = reduces ? 2 : 1
    let age = boot - grant.askedBoot
    let isLevel = grant.level == .open || grant.level == .reduce && reduces
    hold(
      .permitted, at: moment, age <= lives * grant.life && isLevel,
      "\(order.purpose) \(order.id) leaves \(age / .nanosPerMilli) ms after the permit \(grant.level) was"
        + " asked for, which lives for \(grant.life / .nanosPerMilli) ms")
  }
}
