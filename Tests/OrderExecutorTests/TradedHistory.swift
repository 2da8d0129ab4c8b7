import OrderExecutor
import Trading
import Vocabulary
import Wire

/// Facts as an executor might record them: quotes of two makers, intents with stops, a person's trades, exits
/// by command, at random.
struct TradedHistory {
  static let instruments: [UInt32] = [1, 2]

  private(set) var books = ExecutorBooks(account: 1)
  private(set) var facts: [ExecutorFact] = []
  private var counter: UInt64 = 0
  private var fills: UInt64 = 0
  private var intents: UInt64 = 0

  mutating func apply(_ fact: ExecutorFact) {
    facts.append(fact)
    books.apply(fact)
  }

  mutating func step(using random: inout SplitMix64) {
    let instrument = Self.instruments[Int.random(in: 0..<2, using: &random)]
    let side: Side = Bool.random(using: &random) ? .buy : .sell
    let quantity = Quantity(raw: Int64.random(in: 1...30, using: &random) * 1_000_000)
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1:
      let id = create(.quote, UInt16.random(in: 1...2, using: &random), instrument, side, quantity)
      fill(id, instrument, side, quantity, using: &random)
    case 2, 3: enter(instrument, side, quantity, using: &random)
    case 4: exit(using: &random)
    case 5: fill(nil, instrument, side, quantity, using: &random)
    case 6: close(instrument, using: &random)
    default: endProtection(using: &random)
    }
  }

  private mutating func create(
    _ purpose: OrderPurpose, _ strategy: UInt16, _ instrument: UInt32, _ side: Side, _ quantity: Quantity,
    for intent: IntentID? = nil
  ) -> ClOrdID {
    counter += 1
    let id = ClOrdID(account: 1, epoch: 1, counter: counter)
    apply(
      .orderCreated(
        CreatedOrder(
          id: id, strategy: strategy, instrument: instrument, side: side, timeInForce: .gtc,
          purpose: purpose, type: purpose == .stopLoss ? .stop : .limit, price: Price(raw: 100_000_000_000),
          quantity: quantity, intent: intent, requestNanos: 1, recvWindowNanos: 1, origin: 0,
          correlation: .none)))
    return id
  }

  /// Fills an order in one or two parts, sometimes for more than it was for.
  private mutating func fill(
    _ order: ClOrdID?, _ instrument: UInt32, _ side: Side, _ quantity: Quantity,
    using random: inout SplitMix64
  ) {
    var left = quantity.raw + (Int.random(in: 0..<10, using: &random) == 0 ? 1_000_000 : 0)
    while left > 0 {
      let part = Bool.random(using: &random) ? left : Int64.random(in: 1...left, using: &random)
      left -= part
      fills += 1
      let fill = BookedFill(
        key: FillKey(instrument: instrument, execution: ExecID(high: 1, low: fills)), order: order,
        side: side, price: Price(raw: Int64.random(in: 90...110, using: &random) * 1_000_000_007),
        quantity: Quantity(raw: part), fee: Money(raw: Int64.random(in: -5...20, using: &random)),
        feeCurrency: ExecutorBench.usdt, liquidity: .taker, tradeSequence: 0, eventNanos: 2)
      if books.refusal(of: fill) == nil { apply(.filled(fill)) }
    }
  }

  private mutating func enter(
    _ instrument: UInt32, _ side: Side, _ quantity: Quantity, using random: inout SplitMix64
  ) {
    intents += 1
    let id = IntentID(component: 8, strategy: 3, epoch: 1, counter: intents)
    apply(
      .intentAccepted(
        AcceptedIntent(
          id: id, strategy: 3, instrument: instrument, side: side, type: .limit, timeInForce: .gtc,
          isPostOnly: false, quantity: quantity, price: Price(raw: 100_000_000_000),
          stopPrice: Price(raw: side == .buy ? 90_000_000_000 : 110_000_000_000), takeProfitPrice: nil,
          expireNanos: 9, atNanos: 1, origin: 0)))
    let entry = create(.entry, 3, instrument, side, quantity, for: id)
    fill(entry, instrument, side, quantity, using: &random)
    guard Bool.random(using: &random) else { return }
    apply(
      .intentEnded(
        IntentEnd(
          id: id, outcome: .filled, reason: .none, filledQuantity: quantity, averagePrice: nil, atNanos: 2)))
  }

  private mutating func exit(using random: inout SplitMix64) {
    guard let working = books.intents.open.randomElement(using: &random), working.held.isPositive else {
      return
    }
    let (instrument, side) = (working.intent.instrument, working.exitSide)
    let stop = create(.stopLoss, 3, instrument, side, working.held, for: working.id)
    fill(stop, instrument, side, working.held, using: &random)
  }

  private mutating func close(_ instrument: UInt32, using random: inout SplitMix64) {
    let position = books.ledger[instrument].quantity
    guard let open = position.absolute(), open.isPositive else { return }
    let side: Side = position.isPositive ? .sell : .buy
    let purpose: OrderPurpose = Bool.random(using: &random) ? .flatten : .ownerless
    fill(create(purpose, 0, instrument, side, open), instrument, side, open, using: &random)
  }

  private mutating func endProtection(using random: inout SplitMix64) {
    guard let working = books.intents.open.randomElement(using: &random), working.end != nil else { return }
    apply(.protectionEnded(intent: working.id, cause: Bool.random(using: &random) ? .remainder : .flattened))
  }
}
