import Testing
import Trading
import Vocabulary
import Wire

@Suite struct TopicsTests {
  @Test func namesAreFamilyWhatWhoseAndEndInADot() throws {
    let name = try InstrumentName("BTCUSDT.BINANCE")
    #expect(Topics.book(name).description == "market.book.BTCUSDT.BINANCE.")
    #expect(Topics.venueMarket(name).description == "venue.market.BTCUSDT.BINANCE.")
    #expect(Topics.quote(strategy: 3, name).description == "signal.quote.3.BTCUSDT.BINANCE.")
    #expect(Topics.position(account: 1, name).description == "execution.position.1.BTCUSDT.BINANCE.")
    #expect(Topics.session.description == "colony.session.")
    #expect(Topics.heartbeat(component: 12).description == "colony.heartbeat.12.")
  }

  @Test func theLongestNamesFit() throws {
    let name = try InstrumentName(
      symbol: String(repeating: "S", count: InstrumentName.longestSymbol),
      venue: String(repeating: "V", count: InstrumentName.longestVenue))
    #expect(Topics.position(account: .max, name).count <= Topic.maxLength)
    #expect(Topics.executionReport(account: .max, name).count <= Topic.maxLength)
    #expect(Topics.executionFill(account: .max, name).count <= Topic.maxLength)
    #expect(Topics.quote(strategy: .max, name).count <= Topic.maxLength)
    #expect(Topics.instrumentDefinition(name).count <= Topic.maxLength)
  }

  @Test func noTopicIsThePrefixOfAnother() throws {
    let names = [
      try InstrumentName("BTC.SIM"), try InstrumentName("BTC.SIM2"), try InstrumentName("BTC2.SIM"),
    ]
    var topics = [Topics.session, Topics.alarm, Topics.safety, Topics.audit, Topics.systemError]
    for number in [UInt16(1), 11] {
      topics += [
        Topics.heartbeat(component: number), Topics.sequences(component: number),
        Topics.connector(component: number), Topics.health(component: number),
        Topics.orderStuck(account: number), Topics.riskState(account: number),
        Topics.riskDecision(account: number), Topics.riskViolation(account: number),
      ]
      for name in names {
        topics += [
          Topics.quote(strategy: number, name), Topics.executionReport(account: number, name),
          Topics.executionFill(account: number, name), Topics.position(account: number, name),
          Topics.positionState(account: number, name),
        ]
      }
    }
    for name in names {
      topics += [
        Topics.instrumentDefinition(name), Topics.book(name), Topics.top(name), Topics.trade(name),
        Topics.metrics(name), Topics.feedStatus(name), Topics.venueMarket(name),
      ]
    }
    for topic in topics {
      #expect(topics.filter { topic.covers($0) } == [topic], "\(topic)")
    }
  }
}
