import ActorKit
import Trading
import Wire

/// How far orders that close a position at the market reach, by instrument and side: whoever closes there
/// goes on where the last attempt came to. Volatile: a restart begins at the touch again.
struct Exits: Sendable {
  private var all: [Pair]

  private struct Pair {
    var sell = ExitProgress()
    var buy = ExitProgress()

    subscript(side: Side) -> ExitProgress {
      get { side == .buy ? buy : sell }
      set { if side == .buy { buy = newValue } else { sell = newValue } }
    }
  }

  init(instruments: Int) { all = Array(repeating: Pair(), count: instruments) }

  /// The position is closed: the next exit begins at the touch.
  mutating func forget(_ instrument: Int) { all[instrument] = Pair() }

  /// Whether the exits of an instrument have come to their cap and people know it.
  func isCapped(_ instrument: Int) -> Bool {
    all[instrument].sell.isCapToldOf || all[instrument].buy.isCapToldOf
  }

  /// An order that closes was sent. A target has its own price, whatever became of the attempts at the touch.
  mutating func note(_ id: ClOrdID, of wish: OrderWish, at now: Instant) {
    guard wish.effect == .closes, wish.timeInForce == .ioc, wish.purpose != .takeProfit else { return }
    all[wish.instrument][wish.side].order = id
    all[wish.instrument][wish.side].sentBoot = now.boot
  }

  /// The limit of the next order that closes on a side; nil while none can or may be sent. Each step further
  /// from the touch is told once, and the cap once with what is left and what to do.
  mutating func limit(
    _ side: Side, _ instrument: Int, _ situation: Situation, at now: Instant, into wishes: inout [Wish]
  ) -> Price? {
    settle(side, instrument, situation.books, at: now)
    let progress = all[instrument][side]
    guard progress.nextBoot <= now.boot else {
      wishes.append(.retry(atBoot: progress.nextBoot))
      return nil
    }
    let state = situation.markets[instrument]
    guard let touch = state.touch(side) else { return nil }
    let first = progress.firstTouch ?? touch
    all[instrument][side].firstTouch = first
    let anchor = state.reference.lastConfirmed ?? first
    guard
      let limit = situation.configuration.exits.limit(
        side, touch: touch, anchor: anchor, afterSteps: progress.steps, state.instrument)
    else { return nil }
    tell(side, instrument, touch, limit, situation, into: &wishes)
    return limit.price
  }

  /// Looks at what became of the last attempt. An exit long ago says nothing about this one.
  private mutating func settle(_ side: Side, _ instrument: Int, _ books: ExecutorBooks, at now: Instant) {
    let progress = all[instrument][side]
    if let id = progress.order, let order = books.order(id), !order.isOpen {
      if order.state.cumQuantity >= order.state.quantity {
        all[instrument][side] = ExitProgress()
      } else if order.isNotPlaced || order.status == .rejected {
        all[instrument][side].pause(atBoot: progress.sentBoot)
      } else {
        all[instrument][side].escalate(
          atBoot: progress.sentBoot, tookSome: order.state.cumQuantity.isPositive)
      }
    } else if now.boot - progress.sentBoot > ExitProgress.memoryNanos {
      all[instrument][side] = ExitProgress()
    }
  }

  private mutating func tell(
    _ side: Side, _ instrument: Int, _ touch: Price, _ limit: ExitPricing.Limit, _ situation: Situation,
    into wishes: inout [Wish]
  ) {
    let its = situation.markets[instrument].instrument
    let progress = all[instrument][side]
    let left = "\(situation.books.ledger[its.number].quantity) \(its.name)"
    let best = "best \(side == .sell ? "bid" : "ask") \(touch)"
    if limit.isAtCap, progress.steps > 0, !progress.isCapToldOf {
      all[instrument][side].isCapToldOf = true
      all[instrument][side].toldSteps = progress.steps
      wishes.append(
        .alarm(
          .orderStuck, .critical, instrument: its.number,
          "closing \(left): the orders have come to their cap, \(limit.price), and the market does not "
            + "take all (\(best)). They go on there every "
            + "\(ExitProgress.longestPauseNanos / .nanosPerSecond) s at the least. Close the rest at the "
            + "venue by hand, or run with a larger exitCapBps than \(situation.configuration.exits.cap)"))
    } else if progress.steps > progress.toldSteps, !progress.isCapToldOf {
      all[instrument][side].toldSteps = progress.steps
      wishes.append(
        .alarm(
          .orderStuck, .warning, instrument: its.number,
          "closing \(left): attempt \(progress.steps) did not get all; the next goes to \(limit.price) "
            + "(\(best))"))
    }
  }
}
