import Testing
import Trading

private struct Trade {
  let side: Side
  let quantity: String
  let price: String
  let fee: String
  /// Expected afterwards.
  let position: String
  let average: String?
  let realized: String
}

private let journey = [
  Trade(side: .buy, quantity: "10", price: "100", fee: "0.50", position: "10", average: "100", realized: "0"),
  Trade(
    side: .buy, quantity: "5", price: "101", fee: "0.25", position: "15", average: "100.333333333",
    realized: "0"),
  Trade(
    side: .sell, quantity: "8", price: "103", fee: "0.41", position: "7", average: "100.333333333",
    realized: "21.33333333"),
  Trade(
    side: .sell, quantity: "12", price: "99.5", fee: "0.60", position: "-5", average: "99.5", realized: "15.5"
  ),
  Trade(side: .buy, quantity: "3", price: "98", fee: "0.15", position: "-2", average: "99.5", realized: "20"),
  Trade(
    side: .buy, quantity: "4", price: "97.25", fee: "0.20", position: "2", average: "97.25",
    realized: "24.5"),
  Trade(side: .sell, quantity: "2", price: "100", fee: "0.10", position: "0", average: nil, realized: "30"),
]

@Test func theBooksFollowAJourneyThroughLongShortAndFlat() throws {
  let usdt = try #require(Currency("USDT"))
  var ledger = Ledger()
  for (step, trade) in journey.enumerated() {
    try ledger.book(
      1, trade.side, price: .parse(trade.price), quantity: .parse(trade.quantity),
      fee: Fee(.parse(trade.fee), in: usdt))
    let position = ledger[1]
    #expect(try position.quantity == .parse(trade.position), "step \(step)")
    #expect(position.averagePrice?.rounded?.description == trade.average, "step \(step)")
    #expect(try Money(rounding: position.realized) == .parse(trade.realized), "step \(step)")
  }
  #expect(try ledger.fees[usdt] == .parse("2.21"))
  let mark = try Price.parse("98.5")
  let position = ledger[1]
  #expect(position.unrealized(mark: mark) == .zero && position.cost.isZero)
  #expect(try Money(rounding: position.cash) == .parse("30"))
  let gross = try #require(Money(rounding: position.realized))
  #expect(try gross - ledger.fees[usdt] == .parse("27.79"))
}

@Test func thirdsLeaveNothingBehind() throws {
  var position = Position()
  for (quantity, price) in [("0.3", "0.1"), ("0.3", "0.2"), ("0.1", "0.4")] {
    try position.book(.buy, price: .parse(price), quantity: .parse(quantity))
  }
  #expect(try position.averagePrice == AveragePrice(.parse("0.13"), per: .parse("0.7")))
  #expect(position.averagePrice?.double == 13.0 / 70)
  for _ in 0..<7 { try position.book(.sell, price: .parse("0.25"), quantity: .parse("0.1")) }
  #expect(position.isFlat && position.cost.isZero)
  #expect(try position.realized == .parse("0.045"))
}

@Test func aLargeTradeFlipsThePositionAtItsPrice() throws {
  var position = Position()
  try position.book(.sell, price: .parse("50"), quantity: .parse("2"))
  #expect(try position.side == .sell && position.cost == .parse("-100"))
  #expect(try position.unrealized(mark: .parse("45")) == .parse("10"))
  try position.book(.buy, price: .parse("40"), quantity: .parse("5"))
  #expect(try position.quantity == .parse("3") && position.realized == .parse("20"))
  #expect(position.averagePrice?.rounded?.description == "40" && position.side == .buy)
  try position.book(.sell, price: .parse("41"), quantity: .parse("3"))
  #expect(try position.isFlat && position.side == nil && position.realized == .parse("23"))
}

/// realised + unrealised = cash + mark * quantity, with the cash summed up independently in whole units.
@Test(arguments: [UInt64(1), 2, 3, 4]) func theIdentityOfProfitHoldsExactlyAtEveryStep(seed: UInt64) throws {
  var random = SplitMix64(seed: seed)
  var position = Position()
  var cash: Int128 = 0
  var quantity: Int64 = 0
  for round in 0..<5_000 {
    let price = Price(raw: Int64(random.below(1 << (8 + random.below(40)))) - (seed == 4 ? 100_000 : 0))
    let traded = Quantity(raw: Int64(random.below(1 << (1 + random.below(40)))) + 1)
    let side: Side = random.below(2) == 0 ? .buy : .sell
    // Now and then exactly flat.
    let amount = random.below(10) == 0 && quantity != 0 ? Quantity(raw: Int64(quantity.magnitude)) : traded
    let direction = random.below(3) == 0 && quantity > 0 ? .sell : side
    try position.book(direction, price: price, quantity: amount)
    cash -= Int128(direction.sign) * Int128(price.raw) * Int128(amount.raw)
    quantity += direction.sign * amount.raw
    let mark = Price(raw: Int64(random.below(1 << 40)))
    let unrealized = try #require(position.unrealized(mark: mark))
    let context: Comment = "seed \(seed), round \(round)"
    #expect(position.quantity.raw == quantity, context)
    #expect(position.realized.raw + unrealized.raw == cash + Int128(mark.raw) * Int128(quantity), context)
    #expect(position.cash.raw == cash, context)
    if quantity == 0 { #expect(position.cost.isZero && position.realized.raw == cash, context) }
  }
}

@Test func closingAPartReleasesItsShareHalfEven() throws {
  // Cost 1 unit on 2: one half is released as 0, the cost stays with the position.
  var position = try #require(Position(quantity: Quantity(raw: 2), cost: Notional(raw: 1), realized: .zero))
  try position.book(.sell, price: .zero, quantity: Quantity(raw: 1))
  #expect(position.cost == Notional(raw: 1) && position.realized == .zero)
  var three = try #require(Position(quantity: Quantity(raw: 2), cost: Notional(raw: 3), realized: .zero))
  try three.book(.sell, price: .zero, quantity: Quantity(raw: 1))
  #expect(three.cost == Notional(raw: 1) && three.realized == Notional(raw: -2))
  var short = try #require(Position(quantity: Quantity(raw: -2), cost: Notional(raw: -3), realized: .zero))
  try short.book(.buy, price: .zero, quantity: Quantity(raw: 1))
  #expect(short.cost == Notional(raw: -1) && short.realized == Notional(raw: 2))
}

@Test func theLargestPositionsAreBookedExactly() throws {
  var position = Position()
  try position.book(.buy, price: .max, quantity: .max)
  #expect(position.cost.raw == Int128(Int64.max) * Int128(Int64.max))
  try position.book(.sell, price: .max, quantity: Quantity(raw: Int64.max - 1))
  #expect(position.quantity == Quantity(raw: 1) && position.cost.raw == Int128(Int64.max))
  #expect(position.realized == .zero)
}

@Test func whatDoesNotFitIsRefusedAndNothingIsBooked() throws {
  var position = Position()
  #expect(throws: LedgerError.quantityNotPositive(.zero)) {
    try position.book(.buy, price: .parse("1"), quantity: .zero)
  }
  #expect(throws: LedgerError.quantityNotPositive(.min)) {
    try position.book(.buy, price: .parse("1"), quantity: .min)
  }
  #expect(position == Position())
  try position.book(.buy, price: .max, quantity: .max)
  let full = position
  #expect(throws: LedgerError.quantityOverflow) {
    try position.book(.buy, price: .parse("1"), quantity: Quantity(raw: 1))
  }
  #expect(position == full)
  // Each flip of the largest position loses 2^127 units and more: the realised sum is soon out of range.
  #expect(throws: LedgerError.notionalOverflow) {
    for _ in 0..<10 {
      try position.book(.sell, price: Price(raw: -Int64.max), quantity: .max)
      try position.book(.buy, price: .max, quantity: .max)
    }
  }
  #expect(position.realized.subtracting(position.cost) != nil)
}

@Test func aBustedExecutionIsTakenBackByItsOpposite() throws {
  var position = Position()
  try position.book(.buy, price: .parse("100"), quantity: .parse("3"))
  try position.book(.sell, price: .parse("103"), quantity: .parse("1"))
  let before = position
  try position.book(.buy, price: .parse("107"), quantity: .parse("2"))
  try position.book(.sell, price: .parse("107"), quantity: .parse("2"))
  #expect(position.quantity == before.quantity && position.cash == before.cash)
}

@Test func feesStayInTheirOwnCurrencies() throws {
  let (bnb, usdt) = try (#require(Currency("BNB")), #require(Currency("USDT")))
  var ledger = Ledger()
  try ledger.book(1, .buy, price: .parse("10"), quantity: .parse("1"), fee: Fee(.parse("0.1"), in: usdt))
  try ledger.book(1, .buy, price: .parse("10"), quantity: .parse("1"), fee: Fee(.parse("0.003"), in: bnb))
  try ledger.book(2, .buy, price: .parse("10"), quantity: .parse("1"), fee: Fee(.parse("-0.02"), in: usdt))
  try ledger.book(2, .buy, price: .parse("10"), quantity: .parse("1"))
  #expect(try ledger.fees[usdt] == .parse("0.08") && ledger.fees[bnb] == .parse("0.003"))
  #expect(try ledger.fees[#require(Currency("BTC"))] == .zero)
  #expect(ledger.fees.totals.map(\.currency) == [bnb, usdt])
  #expect(try ledger[1].realized == .zero && ledger[1].cost == .parse("20"))
}

@Test func anExecutionAndItsFeeAreBookedTogetherOrNotAtAll() throws {
  let usdt = try #require(Currency("USDT"))
  var ledger = Ledger()
  try ledger.book(1, .buy, price: .parse("1"), quantity: .parse("1"), fee: Fee(.max, in: usdt))
  let before = ledger
  #expect(throws: LedgerError.moneyOverflow(usdt)) {
    try ledger.book(1, .buy, price: .parse("1"), quantity: .parse("1"), fee: Fee(Money(raw: 1), in: usdt))
  }
  #expect(throws: LedgerError.quantityNotPositive(.zero)) {
    try ledger.book(2, .buy, price: .parse("1"), quantity: .zero, fee: Fee(.min, in: usdt))
  }
  #expect(ledger == before && ledger.entries.count == 1)
}

@Test func currenciesAreBounded() throws {
  var totals = CurrencyTotals()
  for index in 0..<CurrencyTotals.limit {
    try totals.add(Money(raw: Int64(index)), in: #require(Currency("C\(index)")))
  }
  let one = try #require(Currency("ONEMORE"))
  #expect(throws: LedgerError.tooManyCurrencies(limit: 64)) { try totals.add(Money(raw: 1), in: one) }
  try totals.add(Money(raw: 1), in: #require(Currency("C5")))
  #expect(try totals[#require(Currency("C5"))] == Money(raw: 6))
}

@Test func positionsAreKeptByInstrumentNumber() throws {
  var ledger = Ledger()
  for number in [UInt32(7), 3, .max, 0, 5, 3] {
    try ledger.book(number, .sell, price: .parse("2"), quantity: .parse("1"))
  }
  #expect(ledger.entries.map(\.instrument) == [0, 3, 5, 7, .max])
  #expect(try ledger[3].quantity == .parse("-2") && ledger[4] == Position())
}

@Test func aLedgerIsRestoredFromItsParts() throws {
  let usdt = try #require(Currency("USDT"))
  var ledger = Ledger()
  for trade in journey.dropLast() {
    try ledger.book(
      1, trade.side, price: .parse(trade.price), quantity: .parse(trade.quantity),
      fee: Fee(.parse(trade.fee), in: usdt))
  }
  var restored = Ledger()
  for entry in ledger.entries {
    let parts = entry.position
    let position = Position(quantity: parts.quantity, cost: parts.cost, realized: parts.realized)
    try restored.restore(entry.instrument, #require(position))
  }
  restored.restore(fees: ledger.fees, funding: ledger.funding)
  #expect(restored == ledger)
  #expect(Position(quantity: .zero, cost: Notional(raw: 1), realized: .zero) == nil)
  #expect(Position(quantity: Quantity(raw: 1), cost: .min, realized: .zero) == nil)
}
