import ActorKit
import Trading

/// One instrument of the synthetic market: the book, those who fill it, and when its depth is due to be
/// published.
struct SyntheticBook: Sendable {
  var book: PriceTimeBook
  private(set) var flow: OrderFlow
  private(set) var nextDepthNanos = Int64.max
  /// As it was before the market began.
  private let firstFlow: OrderFlow
  let depthUpdateNanos: Int64

  /// Update id up to which depth has been published.
  var publishedUpdates: UInt64 = 0
  /// Public trades so far.
  var tradeCount: UInt64 = 0
  /// Best levels last published.
  var publishedBid: BookLevel?
  var publishedAsk: BookLevel?

  /// What happens next.
  enum Event: Equatable, Sendable {
    case step
    case act
    case depth
  }

  /// `ownOrders` is how many orders of ours may rest beside those of others.
  init(_ parameters: SyntheticFlow, _ instrument: Instrument, _ market: SyntheticMarket, ownOrders: Int) {
    let (seed, depthUpdateNanos) = (market.seed, market.depthUpdateNanos)
    precondition(depthUpdateNanos > 0, "depth every \(depthUpdateNanos) ns")
    book = PriceTimeBook(capacity: parameters.maxOrders + ownOrders)
    firstFlow = OrderFlow(parameters, instrument, seed: seed)
    flow = firstFlow
    self.depthUpdateNanos = depthUpdateNanos
  }

  /// When it happens; `Int64.max` before the market began.
  var nextNanos: Int64 { min(flow.nextStepNanos, flow.nextOrderNanos, nextDepthNanos) }

  /// At equal times the mid moves first and depth is published last.
  var nextEvent: Event {
    let next = nextNanos
    if flow.nextStepNanos == next { return .step }
    return flow.nextOrderNanos == next ? .act : .depth
  }

  /// Opens the market with about as many orders of others as it will settle at. Ours that survived a restart
  /// are in the book already; those that the price has passed are filled.
  mutating func begin(start: Int64, at begin: Int64, into fills: inout [Fill]) {
    flow.begin(start: start, at: begin)
    nextDepthNanos = begin.saturatingAdd(depthUpdateNanos)
    let parameters = flow.parameters
    let settled = parameters.limitOrdersPerSecond / max(parameters.cancelsPerOrderPerSecond, 1e-3)
    for _ in 0..<max(Int(min(settled, Double(parameters.maxOrders))), 10) {
      _ = perform(flow.limitOrder(), into: &fills)
    }
    flow.schedule(resting: book.othersCount)
  }

  /// Takes everybody out and the flow back to before its beginning, to begin anew. Update ids go on.
  mutating func clear() {
    book.clear()
    flow = firstFlow
  }

  mutating func step() { flow.step() }

  /// Lets the next participant act. Returns the side that took, if there were fills.
  mutating func act(into fills: inout [Fill]) -> Side? {
    let aggressor = perform(flow.act(resting: book.othersCount), into: &fills)
    flow.schedule(resting: book.othersCount)
    return aggressor
  }

  mutating func depthPublished() {
    publishedUpdates = book.updateCount
    book.clearChanges()
  }

  mutating func scheduleDepth() { nextDepthNanos = nextDepthNanos.saturatingAdd(depthUpdateNanos) }

  private mutating func perform(_ act: OrderFlow.Act, into fills: inout [Fill]) -> Side? {
    let before = fills.count
    var aggressor: Side?
    switch act {
    case .limit(let side, let price, let quantity):
      if book.othersCount >= flow.parameters.maxOrders {
        book.removeOther(from: flow.randomIndex(book.bids.count + book.asks.count))
      }
      let left = book.take(side, limit: price, quantity, into: &fills)
      if left.isPositive {
        book.add(
          PriceTimeBook.Order(venueOrderId: 0, account: Fill.notOurs, price: price, leaves: left), side)
      }
      aggressor = side
    case .market(let side, let quantity):
      guard book.count(side.opposite) >= OrderFlow.leastOrders else { return nil }
      _ = book.take(side, limit: nil, quantity, into: &fills)
      aggressor = side
    case .cancel(let index):
      book.removeOther(from: index)
    }
    return fills.count > before ? aggressor : nil
  }
}
