import Testing
import Trading
import Vocabulary
import Wire

@Suite struct CodesTests {
  @Test func everyValueSurvivesTheWire() {
    for side in [Side.buy, .sell] { #expect(Side(SideCode(side)) == side) }
    for type in [OrderType.market, .limit] { #expect(OrderType(OrdTypeCode(type)) == type) }
    for time in [TimeInForce.gtc, .ioc, .fok] { #expect(TimeInForce(TimeInForceCode(time)) == time) }
    for liquidity in [LiquidityIndicator.maker, .taker] {
      #expect(LiquidityIndicator(LiquidityCode(liquidity)) == liquidity)
    }
  }

  @Test func aCodeOfANewerProgramIsRefusedAndNeverGuessedAt() {
    #expect(Side(.unrecognized) == nil)
    #expect(OrderType(.unrecognized) == nil)
    #expect(TimeInForce(.unrecognized) == nil)
    #expect(LiquidityIndicator(.unrecognized) == nil)
  }
}
