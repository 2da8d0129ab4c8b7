import Testing
import Trading

private func bitcoin(
  tick: String = "0.01", lot: String = "0.00001", minQuantity: String = "0.0001", minNotional: String = "5",
  maxQuantity: String? = "9000", maker: String = "-0.5", taker: String = "4"
) throws -> Instrument {
  try Instrument(
    number: 7, name: InstrumentName("BTCUSDT.BINANCE"), base: #require(Currency("BTC")),
    quote: #require(Currency("USDT")), tickSize: .parse(tick), lotSize: .parse(lot),
    minQuantity: .parse(minQuantity), minNotional: .parse(minNotional),
    maxQuantity: maxQuantity.map { text in try Quantity.parse(text) }, makerFee: .parse(maker),
    takerFee: .parse(taker))
}

@Test func aBidIsRoundedDownAndAnAskUp() throws {
  let instrument = try bitcoin()
  #expect(try instrument.roundPassive(.parse("100.013"), .buy) == .parse("100.01"))
  #expect(try instrument.roundPassive(.parse("100.013"), .sell) == .parse("100.02"))
  #expect(try instrument.roundPassive(.parse("100.01"), .buy) == .parse("100.01"))
  #expect(try instrument.roundPassive(.parse("100.01"), .sell) == .parse("100.01"))
  #expect(try instrument.roundPassive(.parse("-100.013"), .buy) == .parse("-100.02"))
  #expect(try instrument.roundPassive(.parse("-100.013"), .sell) == .parse("-100.01"))
  #expect(try instrument.roundDown(Quantity.parse("0.123456")) == .parse("0.12345"))
  #expect(try instrument.roundDown(Quantity.parse("-0.123456")) == .parse("-0.12345"))
}

@Test func roundingAtTheEdgeOfTheRangeIsNilNotATrap() throws {
  let instrument = try bitcoin()
  #expect(instrument.roundUp(.max) == nil)
  #expect(instrument.roundDown(.min) == nil)
  #expect(instrument.roundPassive(.max, .buy)?.description == "9223372036.85")
}

@Test func modelPricesBecomeTicksOnTheSafeSide() throws {
  let instrument = try bitcoin()
  #expect(try instrument.priceFloor(fromDouble: 100.013) == .parse("100.01"))
  #expect(try instrument.priceCeiling(fromDouble: 100.013) == .parse("100.02"))
  #expect(try instrument.passivePrice(fromDouble: 99.999, .buy) == .parse("99.99"))
  #expect(try instrument.passivePrice(fromDouble: 99.991, .sell) == .parse("100"))
  #expect(try instrument.priceFloor(fromDouble: -0.005) == .parse("-0.01"))
  for value in [Double.nan, .infinity, -.infinity, 1e10, -1e10, 9.3e9, 1e300] {
    #expect(instrument.priceFloor(fromDouble: value) == nil, "\(value)")
    #expect(instrument.priceCeiling(fromDouble: value) == nil, "\(value)")
  }
}

@Test func aModelPriceThatIsATickInDecimalStaysThatTick() throws {
  for tick in ["0.01", "0.1", "0.00000001", "0.000000001", "0.05", "2.5"] {
    let instrument = try bitcoin(tick: tick)
    var random = SplitMix64(seed: 5)
    for round in 0..<5_000 {
      let ticks = Int64(random.below(1 << (10 + random.below(22))))
      guard let price = instrument.tickSize.times(ticks) else { continue }
      let context: Comment = "seed 5, round \(round), tick \(tick), price \(price)"
      #expect(instrument.priceFloor(fromDouble: price.double) == price, context)
      #expect(instrument.priceCeiling(fromDouble: price.double) == price, context)
      #expect(instrument.priceFloor(fromDouble: Double(ticks) * instrument.tickSize.double) == price, context)
    }
  }
}

@Test func theSmallestTickIsStillRoundedPassively() throws {
  let instrument = try bitcoin(tick: "0.000000001")
  #expect(instrument.priceFloor(fromDouble: 5.7e-9) == Price(raw: 5))
  #expect(instrument.priceCeiling(fromDouble: 5.2e-9) == Price(raw: 6))
}

@Test func modelQuantitiesBecomeWholeLotsTowardsZero() throws {
  let instrument = try bitcoin(lot: "0.1", minQuantity: "0.1", maxQuantity: nil)
  #expect(try instrument.quantity(fromDouble: 0.1 + 0.2) == .parse("0.3"))
  #expect(try instrument.quantity(fromDouble: 0.7 - 0.4) == .parse("0.3"))
  #expect(try instrument.quantity(fromDouble: 0.29999) == .parse("0.2"))
  #expect(try instrument.quantity(fromDouble: -0.29999) == .parse("-0.2"))
  #expect(instrument.quantity(fromDouble: .nan) == nil)
  #expect(instrument.quantity(fromDouble: 1e12) == nil)
}

@Test func anOrderIsCheckedAgainstEveryRuleOfTheInstrument() throws {
  let instrument = try bitcoin()
  func refusal(_ price: String, _ quantity: String) throws -> OrderRefusal? {
    try instrument.validate(.parse(price), .parse(quantity))
  }
  #expect(try refusal("30000", "0.001") == nil)
  #expect(try refusal("0", "0.001") == .priceNotPositive(.zero))
  #expect(try refusal("-1", "0.001") == .priceNotPositive(.parse("-1")))
  #expect(try refusal("30000.001", "1") == .priceOffTick(.parse("30000.001"), tick: .parse("0.01")))
  #expect(try refusal("30000", "0") == .quantityNotPositive(.zero))
  #expect(try refusal("30000", "-1") == .quantityNotPositive(.parse("-1")))
  #expect(try refusal("30000", "0.000011") == .quantityOffLot(.parse("0.000011"), lot: .parse("0.00001")))
  #expect(try refusal("30000", "0.00009") == .quantityTooSmall(.parse("0.00009"), min: .parse("0.0001")))
  #expect(try refusal("30000", "9000.00001") == .quantityTooLarge(.parse("9000.00001"), max: .parse("9000")))
  #expect(try refusal("49999.99", "0.0001") == .notionalTooSmall(.parse("4.999999"), min: .parse("5")))
  #expect(try refusal("50000", "0.0001") == nil)
  #expect(try instrument.isValid(Price.parse("0.01")))
  #expect(try !instrument.isValid(Price.parse("0.015")))
  #expect(!instrument.isValid(Price.zero))
  #expect(try instrument.isValid(Quantity.parse("9000")))
  #expect(try !instrument.isValid(Quantity.parse("9000.00001")))
}

@Test func feesAreRoundedOnceAndRebatesAreNegative() throws {
  let instrument = try bitcoin()
  #expect(try instrument.fee(.parse("30000"), .parse("0.5"), .taker) == .parse("6"))
  #expect(try instrument.fee(.parse("30000"), .parse("0.5"), .maker) == .parse("-0.75"))
  #expect(instrument.fee(.max, .max, .taker) == nil)
}

@Test func aDefinitionThatCannotBeTradedIsRefused() throws {
  #expect(throws: InstrumentError.tickNotPositive(.zero)) { try bitcoin(tick: "0") }
  #expect(throws: InstrumentError.tickNotPositive(Price(raw: -1))) { try bitcoin(tick: "-0.000000001") }
  #expect(throws: InstrumentError.lotNotPositive(.zero)) { try bitcoin(lot: "0") }
  #expect(throws: InstrumentError.self) { try bitcoin(lot: "0.001") }
  #expect(throws: InstrumentError.self) { try bitcoin(minNotional: "-1") }
  #expect(throws: InstrumentError.self) { try bitcoin(maxQuantity: "0.00005") }
  #expect(throws: InstrumentError.self) { try bitcoin(maxQuantity: "1.000001") }
  #expect(throws: InstrumentError.self) { try bitcoin(minQuantity: "0", maxQuantity: "0") }
  #expect(throws: InstrumentError.self) { try bitcoin(taker: "1000.000001") }
}

@Test func namesAreSymbolDotVenue() throws {
  let name = try InstrumentName("BTC-27DEC_C.DERIBIT")
  #expect(name.symbol == "BTC-27DEC_C" && name.venue == "DERIBIT")
  #expect(name.description == "BTC-27DEC_C.DERIBIT")
  #expect(try InstrumentName("A.Z") < InstrumentName("B.A"))
  #expect(throws: InstrumentNameError.notTwoParts("BTCUSDT")) { try InstrumentName("BTCUSDT") }
  #expect(throws: InstrumentNameError.notTwoParts("A.B.C")) { try InstrumentName("A.B.C") }
  #expect(throws: InstrumentNameError.empty(part: "venue")) { try InstrumentName("BTCUSDT.") }
  #expect(throws: InstrumentNameError.empty(part: "symbol")) { try InstrumentName(".BINANCE") }
  #expect(throws: InstrumentNameError.self) { try InstrumentName("btcusdt.BINANCE") }
  #expect(throws: InstrumentNameError.self) { try InstrumentName("BTC/USD.BINANCE") }
  #expect(throws: InstrumentNameError.self) { try InstrumentName("BTC USD.BINANCE") }
  #expect(throws: InstrumentNameError.self) { try InstrumentName("BTCÜSD.BINANCE") }
  #expect(throws: InstrumentNameError.self) { try InstrumentName("A.ABCDEFGHIJKLM") }
  #expect(throws: InstrumentNameError.self) { try InstrumentName(String(repeating: "A", count: 25) + ".B") }
  #expect(
    try InstrumentName(String(repeating: "A", count: 24) + ".ABCDEFGHIJKL").description.utf8.count == 37)
}

@Test func currenciesAreShortCapitalCodes() throws {
  #expect(Currency("USDT")?.description == "USDT")
  #expect(Currency("1000SHIB")?.description == "1000SHIB")
  #expect(Currency("ABCDEFGH")?.description == "ABCDEFGH")
  #expect(Currency("ABCDEFGHI") == nil)
  #expect(Currency("") == nil)
  #expect(Currency("usd") == nil)
  #expect(Currency("US D") == nil)
  #expect(try #require(Currency("BTC")) < #require(Currency("BTCB")))
  #expect(try #require(Currency("BTCB")) < #require(Currency("ETH")))
}

@Test func sidesAndOrderKindsCarryTheirFIXCodes() {
  #expect(Side.buy.rawValue == 1 && Side.sell.rawValue == 2)
  #expect(Side.buy.sign == 1 && Side.sell.sign == -1 && Side.buy.opposite == .sell)
  #expect(OrderType.market.rawValue == 1 && OrderType.limit.rawValue == 2)
  #expect(TimeInForce.allCases.map(\.rawValue) == [1, 3, 4])
  #expect(LiquidityIndicator.maker.rawValue == 1 && LiquidityIndicator.taker.rawValue == 2)
}
