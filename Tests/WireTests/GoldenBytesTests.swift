import Foundation
import Testing
import Wire

/// Bytes on the wire are a promise to journals and to programs in other languages.
///
/// Four messages are written out by hand from the schema's layout, a field a line. The others are a
/// snapshot in `golden.txt` (reviewed by an independent decoder, see `PublicDecoderTests`); after a
/// deliberate change of the schema, rewrite it with `WAGGLE_UPDATE_GOLDEN=1 swift test --filter
/// GoldenBytesTests`.
struct GoldenBytesTests {
  static let envelope = Envelope(
    sender: 7, flags: 0x0002, epoch: 3, sequence: 41, sent: 1_700_000_000_123_456_789,
    origin: 1_700_000_000_123_000_000, correlationHigh: 0x0102_0304_0506_0708, correlationLow: 9)
  static let envelopeHex = [
    "0700",  // sender
    "0200",  // flags: eventLane
    "03000000",  // epoch
    "2900000000000000",  // sequence
    "15cd853dfe9c9717",  // sent
    "c0d47e3dfe9c9717",  // origin
    "0807060504030201",  // correlationHigh
    "0900000000000000",  // correlationLow
  ].joined()

  @Test func newOrderIsLaidOutAsTheSchemaSays() throws {
    let id = try #require(ClOrdIDText("A1-3-41"))
    var out = FrameWriter()
    NewOrder(
      envelope: Self.envelope, account: 1, instrument: 258, clOrdID: id, side: .sell, ordType: .limit,
      timeInForce: .fillOrKill, execInst: [.postOnly, .reduceOnly], price: nil, quantity: 150_000_000,
      requestNanos: -1, recvWindowNanos: 5_000_000_000
    ).encode(into: &out)
    let expected = [
      "aa00" + "3c00" + "0100" + "0300",  // block length 170, template 60, schema 1, version 3
      Self.envelopeHex,
      "0100",  // account
      "02010000",  // instrument
      "41312d332d3431" + String(repeating: "00", count: 29),  // clOrdID, 36 characters
      "02" + "02" + "04" + "03",  // side, ordType, timeInForce, execInst
      "0000000000000080",  // price: null
      "80d1f00800000000",  // quantity
      "ffffffffffffffff",  // requestNanos
      "00f2052a01000000",  // recvWindowNanos
      "0000000000000080",  // stopPrice: null
      String(repeating: "00", count: 36),  // linkedClOrdID: none
    ].joined()
    #expect(bytes(of: out.bytes).hex == expected)
  }

  @Test func bookDeltaIsLaidOutAsTheSchemaSays() {
    var out = FrameWriter()
    BookDelta(envelope: Self.envelope, instrument: 2, eventNanos: 16, venueUpdateId: 255).encode(
      into: &out, bidsCount: 2, bids: { .init(price: Int64($0 + 1) * 1_000_000_000, quantity: 0) },
      asksCount: 1,
      asks: { _ in .init(price: 3, quantity: -2) })
    let expected = [
      "4400" + "0300" + "0100" + "0300",  // block length 68, template 3, schema 1, version 3
      Self.envelopeHex,
      "02000000",  // instrument
      "1000000000000000",  // eventNanos
      "ff00000000000000",  // venueUpdateId
      "1000" + "0200",  // bids: 16 bytes each, 2 of them
      "00ca9a3b00000000" + "0000000000000000",
      "0094357700000000" + "0000000000000000",
      "1000" + "0100",  // asks: 16 bytes each, 1 of them
      "0300000000000000" + "feffffffffffffff",
    ].joined()
    #expect(bytes(of: out.bytes).hex == expected)
  }

  @Test func commandIsLaidOutAsTheSchemaSays() throws {
    let name = try #require(NameText("ada"))
    var out = FrameWriter()
    Command(
      envelope: Self.envelope, kind: .flatten, scope: .account, account: 1, strategy: nil, instrument: nil,
      operatorName: name
    ).encode(into: &out, reason: "Größe".utf8)
    let expected = [
      "9a01" + "5600" + "0100" + "0300",  // block length 410, template 86, schema 1, version 3
      Self.envelopeHex,
      "04" + "02",  // kind, scope
      "0100" + "ffff" + "ffffffff",  // account, strategy: null, instrument: null
      "616461" + String(repeating: "00", count: 29),  // operatorName, 32 characters
      String(repeating: "00", count: 32 + 32 + 64 + 64),  // colony, run, subject, value: none
      "0000000000000080",  // expiryNanos: null
      String(repeating: "00", count: 32 + 88),  // secondOperator, signature: none
      "0700" + "4772c3b6c39f65",  // reason: 7 bytes of UTF-8
    ].joined()
    #expect(bytes(of: out.bytes).hex == expected)
  }

  @Test func marketMetricsIsLaidOutAsTheSchemaSays() {
    var out = FrameWriter()
    MarketMetrics(
      envelope: Self.envelope, instrument: 1, eventNanos: 1, mid: 2, microPrice: 3, spreadBps: 1,
      volatilityBps: -2, volatilityUncertaintyBps: 0.5, imbalance: 0, adverseSelectionBps: .nan,
      buyArrivalRate: 1, sellArrivalRate: 1, state: .live
    ).encode(into: &out)
    let expected = [
      "8500" + "0600" + "0100" + "0300",  // block length 133, template 6, schema 1, version 3
      Self.envelopeHex,
      "01000000" + "0100000000000000" + "0200000000000000" + "0300000000000000",
      "000000000000f03f" + "00000000000000c0" + "000000000000e03f" + "0000000000000000",
      "000000000000f87f",  // not a number
      "000000000000f03f" + "000000000000f03f",
      "02",  // state
    ].joined()
    #expect(bytes(of: out.bytes).hex == expected)
  }

  /// What journals and peers of the earlier versions hold: `golden-N.txt` is what `golden.txt` was then.
  @Test(arguments: [1, 2]) func framesOfEarlierVersionsAreStillRead(_ version: Int) throws {
    let file = packageRoot.appending(path: "Tests/WireTests/golden-\(version).txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 52)
    for line in lines {
      let words = line.split(separator: " ")
      let frame = try #require(decoded(hex: words[1]))
      guard let message = Inbound(frame.span.bytes) else {
        Issue.record("\(words[0]) is refused")
        continue
      }
      let name = "\(message.template.name)"
      #expect(name == words[0])
      expectNothing(addedAfter: version, in: message)
    }
  }

  private func expectNothing(addedAfter version: Int, in message: Inbound) {
    switch message {
    case .hello(let view): expect(absent: view.block.lineage)
    case .welcome(let view): expect(absent: view.block.opening)
    case .command(let view): #expect(view.block.colony == NameText())
    case .trade(let view): #expect(view.block.condition == .unrecognized)
    case .newOrder(let view) where version < 2: expect(absent: view.block.stopPrice)
    case .permit(let view) where version < 2: expect(absent: view.block.instance)
    case .executionReport(let view):
      if version < 2 { expect(absent: view.block.intentHigh) }
      #expect(view.block.check == .unrecognized && view.block.unit == .unrecognized)
      expect(absent: view.block.measured)
      expect(absent: view.block.limit)
    case .accountState(let view) where version < 2:
      for index in 0..<view.openOrdersCount { expect(absent: view.openOrder(index).stopPrice) }
    default: break
    }
  }

  private func expect(absent value: (some Equatable & Sendable)?) { #expect(value == nil) }

  private func decoded(hex: Substring) -> [UInt8]? {
    let digits = Array(hex.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(byte)
    }
    return bytes
  }

  @Test func everyMessageIsAsItWas() throws {
    let file = packageRoot.appending(path: "Tests/WireTests/golden.txt")
    var lines = ""
    for template in Template.allCases { lines += "\(template.name) \(sample(template, seed: 1).hex)\n" }
    if ProcessInfo.processInfo.environment["WAGGLE_UPDATE_GOLDEN"] != nil {
      try lines.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let actual = lines.split(separator: "\n")
    #expect(golden.count == actual.count, "messages in golden.txt and in the schema")
    for (line, golden) in zip(actual, golden) where line != golden {
      Issue.record("is     \(line)\ngolden \(golden)")
    }
  }
}
