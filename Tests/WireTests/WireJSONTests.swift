import Testing
import Wire

struct WireJSONTests {
  private static let envelope =
    #""envelope":{"sender":7,"flags":2,"epoch":3,"sequence":41,"sent":1700000000123456789,"#
    + #""origin":1700000000123000000,"correlationHigh":72623859790382856,"correlationLow":9}"#

  @Test func aMessagePrintsFieldByField() throws {
    let id = try #require(ClOrdIDText(#"A"1\"#))
    var out = FrameWriter()
    NewOrder(
      envelope: GoldenBytesTests.envelope, account: 1, instrument: 258, clOrdID: id, side: .sell,
      ordType: .limit,
      timeInForce: .unrecognized, execInst: [.reduceOnly], price: nil, quantity: -150_000_000,
      requestNanos: 1_700_000_000_000_000_000, recvWindowNanos: 5
    ).encode(into: &out)
    #expect(
      json(of: bytes(of: out.bytes))
        == #"{"message":"NewOrder","version":3,"# + Self.envelope
        + #","account":1,"instrument":258,"clOrdID":"A\"1\\","side":"sell","ordType":"limit","#
        + #""timeInForce":"unrecognized","execInst":["reduceOnly"],"price":null,"quantity":-1.5,"#
        + #""requestNanos":1700000000000000000,"recvWindowNanos":5,"stopPrice":null,"linkedClOrdID":""}"#)
  }

  @Test func groupsPrintAsArrays() {
    var out = FrameWriter()
    BookDelta(envelope: GoldenBytesTests.envelope, instrument: 2, eventNanos: 16, venueUpdateId: 255).encode(
      into: &out, bidsCount: 2, bids: { .init(price: Int64($0 + 1) * 1_500_000_000, quantity: Int64($0)) },
      asksCount: 0, asks: { _ in .init(price: 3, quantity: -2) })
    #expect(
      json(of: bytes(of: out.bytes))
        == #"{"message":"BookDelta","version":3,"# + Self.envelope
        + #","instrument":2,"eventNanos":16,"venueUpdateId":255,"#
        + #""bids":[{"price":1.5,"quantity":0},{"price":3,"quantity":0.00000001}],"asks":[]}"#)
  }

  @Test func textAndBytesPrintAsTheSchemaSays() throws {
    var out = FrameWriter()
    SystemError(envelope: GoldenBytesTests.envelope, component: 1, severity: .critical).encode(
      into: &out, text: "disk \"full\"\n\u{7F} é".utf8)
    #expect(
      json(of: bytes(of: out.bytes))
        == #"{"message":"SystemError","version":3,"# + Self.envelope
        + #","component":1,"severity":"critical","text":"disk \"full\"\u000a\u007f é"}"#)
    out.reset()
    ReplayPart(
      envelope: GoldenBytesTests.envelope, rowSequence: 1, rowEpoch: 2, kind: 3, atNanos: 4, lastSequence: 5
    )
    .encode(into: &out, bytes: [0x00, 0xAB, 0xFF])
    let line = try #require(json(of: bytes(of: out.bytes)))
    #expect(line.hasSuffix(#""bytes":"00abff"}"#))
  }

  @Test(arguments: [
    (0, "0"), (1, "0.000000001"), (-1, "-0.000000001"), (1_000_000_000, "1"), (-1_500_000_000, "-1.5"),
    (100_000_000_000, "100"), (123_456_789, "0.123456789"), (Int64.max, "9223372036.854775807"),
    (Int64.min + 1, "-9223372036.854775807"), (Int64.min, "-9223372036.854775808"),
  ])
  func pricesPrintAsExactDecimals(_ price: Int64, _ text: String) throws {
    var out = FrameWriter()
    Trade(
      instrument: 1, eventNanos: 2, tradeId: 3, price: price, quantity: 5, aggressor: .buy, condition: .market
    ).encode(into: &out)
    let line = try #require(json(of: bytes(of: out.bytes)))
    #expect(line.contains("\"price\":\(text),"), "\(line)")
  }

  @Test func numbersJSONCannotSayPrintAsNull() throws {
    for value in [Double.nan, .infinity, -.infinity] {
      var out = FrameWriter()
      MarketMetrics(
        instrument: 1, eventNanos: 1, mid: 2, microPrice: 3, spreadBps: value, volatilityBps: 0.1,
        volatilityUncertaintyBps: 1e300, imbalance: -0.5, adverseSelectionBps: 0, buyArrivalRate: 0,
        sellArrivalRate: 0, state: .live
      ).encode(into: &out)
      let line = try #require(json(of: bytes(of: out.bytes)))
      #expect(
        line.contains(
          #""spreadBps":null,"volatilityBps":0.1,"volatilityUncertaintyBps":1e+300,"imbalance":-0.5"#))
    }
  }

  @Test func aRefusedFramePrintsNothing() {
    var line = Array("before".utf8)
    let frame: [UInt8] = [1, 2, 3]
    let reason = WireJSON.append(frame.span.bytes, to: &line)
    #expect(reason == .tooShort && line == Array("before".utf8))
    #expect(json(of: frame) == nil)
  }
}
