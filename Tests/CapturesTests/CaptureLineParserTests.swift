import Captures
import Testing
import Trading

@Suite struct CaptureLineParserTests {
  /// The event and copies of the levels.
  func parse(
    _ line: String, symbol: String? = nil
  ) -> (event: CaptureEvent, bids: [BookLevel], asks: [BookLevel]) {
    var parser = CaptureLineParser(symbol: symbol)
    let bytes = Array(line.utf8)
    let event = parser.parse(bytes.span)
    return (event, parser.bids, parser.asks)
  }

  func level(_ price: String, _ quantity: String) throws -> BookLevel {
    BookLevel(price: try Price.parse(price), quantity: try Quantity.parse(quantity))
  }

  @Test func futuresDepthIsRead() throws {
    let (event, bids, asks) = parse(
      """
      1723161255030314667 {"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256299,\
      "T":1723161256298,"s":"BTCUSDT","U":5123107832006,"u":5123107837557,"pu":5123107831937,\
      "b":[["58710.20","0.014"],["61510.90","0.000"]],"a":[["61800.30","2.510"]]}}
      """, symbol: "BTCUSDT")
    #expect(
      event
        == .depth(
          DepthUpdate(
            firstUpdateId: 5_123_107_832_006, finalUpdateId: 5_123_107_837_557,
            previousFinalUpdateId: 5_123_107_831_937, eventNanos: 1_723_161_256_299_000_000,
            receiveNanos: 1_723_161_255_030_314_667)))
    #expect(try bids == [level("58710.20", "0.014"), level("61510.90", "0")])
    #expect(try asks == [level("61800.30", "2.510")])
  }

  @Test func spotTradeAndTickerAreRead() throws {
    let trade = parse(
      """
      1723161254087896568 {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT",\
      "t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}
      """)
    #expect(
      try trade.event
        == .trade(
          CapturedTrade(
            id: 3_735_683_259, price: Price.parse("61837.63"), quantity: Quantity.parse("0.02"),
            buyerIsMaker: true, isOnMarket: true, eventNanos: 1_723_161_255_343_000_000,
            tradeNanos: 1_723_161_255_342_000_000, receiveNanos: 1_723_161_254_087_896_568)))
    let ticker = parse(
      """
      1723161254087891268 {"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT",\
      "b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}
      """)
    #expect(
      try ticker.event
        == .bookTicker(
          CapturedTicker(
            updateId: 50_093_239_212, bid: level("61837.63", "3.78826"), ask: level("61837.64", "1.54698"),
            eventNanos: nil, receiveNanos: 1_723_161_254_087_891_268)))
  }

  @Test func microsecondsAndBlanksAreRead() throws {
    let (event, bids, asks) = parse(
      """
      1680652700599351 {"lastUpdateId": 2710246765483, "E": 1680652700590, "T": 1680652700580, \
      "bids": [["28145.10", "3.818"]], "asks": []}
      """)
    #expect(
      event
        == .snapshot(
          DepthSnapshot(
            lastUpdateId: 2_710_246_765_483, eventNanos: 1_680_652_700_590_000_000,
            receiveNanos: 1_680_652_700_599_351_000)))
    #expect(try bids == [level("28145.1", "3.818")] && asks.isEmpty)
  }

  @Test func anOldSpotTradeWithOrderIdsIsRead() {
    let (event, _, _) = parse(
      """
      1680652800004107 {"stream":"btcusdt@trade","data":{"e":"trade","E":1680652800000,"s":"BTCUSDT",\
      "t":3071245454,"p":"28165.47000000","q":"0.00056000","b":20720542158,"a":20720542592,\
      "T":1680652799999,"m":true,"M":true}}
      """)
    guard case .trade(let trade) = event else {
      Issue.record("\(event)")
      return
    }
    #expect(trade.id == 3_071_245_454)
  }

  @Test func printsOutsideTheMarketAreMarked() {
    let (event, _, _) = parse(
      """
      1680652800004107 {"e":"trade","E":1,"T":1,"t":9,"p":"1","q":"2","X":"INSURANCE_FUND","m":false}
      """)
    guard case .trade(let trade) = event else {
      Issue.record("\(event)")
      return
    }
    #expect(!trade.isOnMarket)
  }

  @Test func theOrderOfFieldsDoesNotMatter() throws {
    let (event, bids, _) = parse(
      """
      1723161255030314667 {"data":{"a":[],"b":[["1","2"]],"new":{"b":[1,{"e":null}],"u":-1.5e+3},\
      "pu":7,"u":9,"U":8,"s":"X","E":1,"e":"depthUpdate"},"stream":"x@depth"}
      """)
    guard case .depth(let update) = event else {
      Issue.record("\(event)")
      return
    }
    #expect(update.finalUpdateId == 9 && update.previousFinalUpdateId == 7)
    #expect(try bids == [level("1", "2")])
  }

  @Test func otherInstrumentsAndStreamsAreNamed() {
    let mark = #"{"e":"markPriceUpdate","E":1680652701000,"s":"BTCUSDT","p":"28147.27373413","T":1}"#
    #expect(parse("1680652701048293 \(mark)", symbol: "BTCUSDT").event == .unused("markPriceUpdate"))
    #expect(parse("1680652701048293 \(mark)", symbol: "BTCUSD").event == .otherInstrument)
    #expect(parse("1680652701048293 {\"result\":null,\"id\":1}").event == .unused(""))
  }

  static let body = #"{"e":"depthUpdate","E":1,"U":1,"u":2,"b":[],"a":[]}"#

  static let brackets = String(repeating: "[", count: 99)

  static let badLines: [(String, CaptureLineError)] = [
    ("", CaptureLineError.noReceiveTime),
    ("1723161255030314667", .noReceiveTime),
    ("x", .noReceiveTime),
    ("1723161255030314667\t\(body)", .noReceiveTime),
    ("1723161255030 \(body)", .receiveTimeOutOfRange),
    ("99999999999999999999 \(body)", .receiveTimeOutOfRange),
    ("1723161255030314667 ", .unexpectedEnd),
    ("1723161255030314667 {\"e\":\"depth", .unexpectedEnd),
    ("1723161255030314667 \(body)}", .unexpectedByte(UInt8(ascii: "}"), offset: 71)),
    ("1723161255030314667 {\"e\":\"trade\",}", .unexpectedByte(UInt8(ascii: "}"), offset: 33)),
    ("1723161255030314667 {\"t\":01}", .unexpectedByte(UInt8(ascii: "1"), offset: 26)),
    ("1723161255030314667 {\"t\":1.0}", .unexpectedByte(UInt8(ascii: "."), offset: 26)),
    ("1723161255030314667 {\"t\":9223372036854775808}", .outOfRange(offset: 44)),
    ("1723161255030314667 {\"x\":nul}", .unexpectedByte(UInt8(ascii: "}"), offset: 28)),
    ("1723161255030314667 {\"x\":\"\\q\"}", .unexpectedByte(UInt8(ascii: "q"), offset: 27)),
    (
      "1723161255030314667 {\"b\":[[\"1\",\"1e5\"]]}",
      .notANumber(.unexpectedByte(UInt8(ascii: "e"), offset: 1), offset: 32)
    ),
    ("1723161255030314667 {\"b\":[[\"1\"]]}", .unexpectedByte(UInt8(ascii: "]"), offset: 30)),
    ("1723161255030314667 {\"e\":\"trade\",\"e\":\"trade\"}", .repeatedField(.event)),
    ("1723161255030314667 {\"e\":\"depthUpdate\",\"E\":1,\"u\":2}", .missingField(.firstId)),
    ("1723161255030314667 {\"e\":\"trade\",\"t\":\"1\"}", .missingField(.tradeId)),
    ("1723161255030314667 {\"e\":\"depthUpdate\",\"E\":1,\"U\":3,\"u\":2,\"b\":[],\"a\":[]}", .idsOutOfOrder),
    (
      "1723161255030314667 {\"e\":\"depthUpdate\",\"E\":99999999999999999,\"U\":1,\"u\":2,\"b\":[],\"a\":[]}",
      .outOfRange(offset: 0)
    ),
    (
      "1723161255030314667 [[[[",
      .unexpectedByte(UInt8(ascii: "["), offset: 20)
    ),
    ("1723161255030314667 {\"x\":\(brackets)", .tooDeep(offset: 57)),
  ]

  @Test(arguments: badLines)
  func badLinesAreRefusedWithTheirReason(line: String, error: CaptureLineError) {
    let (event, bids, asks) = parse(line)
    #expect(event == .malformed(error))
    #expect(bids.isEmpty && asks.isEmpty)
  }

  @Test func tooManyLevelsAreRefused() {
    let levels = Array(repeating: #"["1","1"]"#, count: CaptureLineParser.mostLevels + 1)
    let (event, _, _) = parse("1723161255030314667 {\"b\":[\(levels.joined(separator: ","))]}")
    guard case .malformed(.tooManyLevels) = event else {
      Issue.record("\(event)")
      return
    }
  }
}
