import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

@Suite struct AccountTests {
  @Test func balancesMoveByPriceTimesQuantityAndTheFeeExactly() {
    let venue = VenueBench.recorded(bids: [(33.33, 1)], asks: [(33.34, 1)])
    let reports = venue.place(venue.order("take", .buy, 0.777, at: 33.34))
    // 0.777 * 33.34 = 25.90518; 5 bp of it = 0.01295259.
    #expect(reports.last?.fee == 1_295_259)
    let usdt = venue.core.balance(account: 1, currency: Fixture.usdt)
    #expect(usdt?.total == Notional(Money(raw: 10_000_000_000_000 - 2_590_518_000 - 1_295_259)))
    #expect(usdt?.locked == .zero)
    let btc = venue.core.balance(account: 1, currency: Fixture.btc)
    #expect(btc?.total == Notional(Money(raw: 10_000_000_000 + 77_700_000)))
    #expect(venue.core.position(account: 1, instrument: 1)?.raw == 77_700_000)
  }

  @Test func feesRoundHalfEvenToTheSmallestUnit() {
    let venue = VenueBench.recorded(bids: [(99, 1)], asks: [(100.1, 1)]) {
      $0.instruments = [Fixture.fine]
    }
    // 0.001 * 100.1 = 0.1001; 0.5 bp = 0.000005005, a tie between ...500 and ...501 units: even is 500.
    let first = venue.place(venue.order("a", .buy, 0.001, at: 100.1))
    #expect(first.last?.fee == 500)
    // 0.003 * 100.1 = 0.3003; 0.5 bp = 0.000015015, a tie between 1501 and 1502: even is 1502.
    let second = venue.place(venue.order("b", .buy, 0.003, at: 100.1))
    #expect(second.last?.fee == 1_502)
  }

  @Test func openOrdersLockWhatTheyMayCostWithTheLargerFee() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("bid", .buy, 2, at: 100))
    _ = venue.place(venue.order("ask", .sell, 3, at: 100.5))
    // 200 and 5 bp of it.
    #expect(
      venue.core.balance(account: 1, currency: Fixture.usdt)?.locked == Notional(Money(raw: 20_010_000_000)))
    #expect(
      venue.core.balance(account: 1, currency: Fixture.btc)?.locked == Notional(Money(raw: 300_000_000)))
    _ = venue.cancel("bid")
    _ = venue.cancel("ask")
    #expect(venue.core.balance(account: 1, currency: Fixture.usdt)?.locked == .zero)
    #expect(venue.core.balance(account: 1, currency: Fixture.btc)?.locked == .zero)
  }

  @Test func nobodySpendsWhatIsNotThere() {
    let venue = VenueBench.quiet()
    // 100,000 USDT would buy 1,000 at 100, but for the fee.
    #expect(venue.place(venue.order("a", .buy, 1_000, at: 100)).map(\.reason) == [.insufficientBalance])
    #expect(venue.place(venue.order("b", .buy, 999, at: 100)).map(\.reason) == [.none])
    #expect(venue.place(venue.order("c", .buy, 1, at: 100)).map(\.reason) == [.insufficientBalance])
    #expect(venue.place(venue.order("d", .sell, 100.001, at: 100.1)).map(\.reason) == [.insufficientBalance])
    #expect(venue.replace("b", by: "b2", 1_000, at: 100).map(\.reason) == [.insufficientBalance])
    #expect(venue.replace("b", by: "b3", 999.5, at: 100).map(\.reason) == [.none])
  }

  @Test func aMarketOrderMustBePaidForAtThePricesItWouldMeet() {
    let venue = VenueBench.recorded(bids: [(99, 1)], asks: [(100, 500), (200, 500)])
    #expect(venue.place(venue.order("a", .buy, 750, at: nil)).map(\.reason) == [.insufficientBalance])
    #expect(venue.place(venue.order("b", .buy, 740, at: nil)).last?.ordStatus == .filled)
  }

  @Test func reduceOnlyNeverAddsExposure() {
    let venue = VenueBench.recorded(bids: [(99, 10)], asks: [(100, 10)])
    let early = venue.place(venue.order("early", .sell, 1, at: 99, .immediateOrCancel, .reduceOnly))
    #expect(early.map(\.reason) == [.reduceOnlyWouldOpen])
    _ = venue.place(venue.order("open", .buy, 1, at: 100))
    let over = venue.place(venue.order("over", .sell, 1.001, at: 99, .immediateOrCancel, .reduceOnly))
    #expect(over.map(\.execType) == [.new, .trade, .expired])
    #expect(over.last?.reason == .reduceOnlyWouldOpen)
    #expect(venue.core.position(account: 1, instrument: 1)?.raw == 0)
  }

  @Test func rulesOfTheInstrumentAreKept() {
    let venue = VenueBench.quiet()
    #expect(venue.place(venue.order("a", .buy, 1, at: 100.005)).map(\.reason) == [.priceNotOnTick])
    #expect(venue.place(venue.order("b", .buy, 1, at: -100)).map(\.reason) == [.priceNotOnTick])
    #expect(venue.place(venue.order("c", .buy, 0.0015, at: 100)).map(\.reason) == [.quantityNotOnLot])
    #expect(venue.place(venue.order("d", .buy, 0, at: 100)).map(\.reason) == [.quantityNotOnLot])
    #expect(venue.place(venue.order("e", .buy, 0.049, at: 100)).map(\.reason) == [.belowMinimum])
    #expect(venue.place(venue.order("f", .buy, 0.05, at: 100)).map(\.reason) == [.none])
  }

  @Test func anAccountHasOnlySoManyOpenOrders() {
    let venue = VenueBench.quiet { $0.maxOpenOrders = 2 }
    #expect(venue.place(venue.order("a", .buy, 1, at: 100)).map(\.reason) == [.none])
    #expect(venue.place(venue.order("b", .buy, 1, at: 100)).map(\.reason) == [.none])
    #expect(venue.place(venue.order("c", .buy, 1, at: 100)).map(\.reason) == [.tooManyOrders])
    _ = venue.cancel("a")
    #expect(venue.place(venue.order("d", .buy, 1, at: 100)).map(\.reason) == [.none])
  }
}

extension Fixture {
  /// Half a basis point for takers, no least value: small trades with fees that tie.
  static let fine: Instrument = {
    do {
      return try Instrument(
        number: 1, name: InstrumentName("BTCUSDT.SIM"), base: btc, quote: usdt,
        tickSize: Price(raw: price(0.01)), lotSize: Quantity(raw: quantity(0.001)),
        takerFee: Bps(raw: 500_000))
    } catch { preconditionFailure("\(error)") }
  }()
}
