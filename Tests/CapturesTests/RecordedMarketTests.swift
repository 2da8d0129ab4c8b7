import Captures
import Foundation
import Testing
import Trading

/// The recordings of `SOURCES.md`, section 1: counts per kind as published there, and a book that is never
/// crossed.
@Suite struct RecordedMarketTests {
  struct Tally {
    var counts = CaptureCounts()
    var bookUpdates = 0
    var crossed = 0
    var lost = 0
    var offMarket = 0
    var unknownDeletions: UInt64 = 0
    var crossedTickers = 0
    var stepsBack = 0
  }

  func replay(_ paths: [String], symbol: String) throws -> Tally {
    var reader = try CaptureReader(paths: paths, symbol: symbol)
    var book = OrderBook()
    var tally = Tally()
    let clock = ContinuousClock()
    let start = clock.now
    var lastNanos = reader.firstMarketNanos
    while let event = try reader.next() {
      try book.follow(event, bids: reader.bids, asks: reader.asks)
      switch event {
      case .bookUpdate:
        tally.bookUpdates += 1
        if let bid = book.bestBid, let ask = book.bestAsk, bid.price >= ask.price { tally.crossed += 1 }
      case .bookLost: tally.lost += 1
      case .trade(let trade): tally.offMarket += trade.isOnMarket ? 0 : 1
      case .ticker(let ticker): tally.crossedTickers += ticker.bid.price >= ticker.ask.price ? 1 : 0
      case .bookSnapshot: break
      }
      tally.stepsBack += reader.marketNanos < lastNanos ? 1 : 0
      lastNanos = reader.marketNanos
    }
    let seconds = (clock.now - start) / .seconds(1)
    tally.counts = reader.counts
    tally.unknownDeletions = book.unknownDeletions
    print(
      "\(symbol): \(tally.counts.lines) lines in \(Int(seconds * 1_000)) ms, "
        + "\(Int(Double(tally.counts.lines) / seconds)) lines/s with book")
    return tally
  }

  func expectSound(_ tally: Tally) {
    let counts = tally.counts
    #expect(counts.used + counts.dropped == counts.lines && counts.waiting == 0)
    #expect(
      tally.crossed == 0 && tally.crossedTickers == 0 && tally.lost == 0 && counts.holes == 0
        && tally.stepsBack == 0)
    #expect(counts.missingTrades == 0 && counts.dropped(.malformed) == 0)
    #expect(counts.dropped == counts.dropped(.staleDiff) + counts.dropped(.unusedStream))
    #expect(tally.bookUpdates == counts.used(.depth))
  }

  @Test func spotOfBothDays() throws {
    guard let paths = SharedData.captures("spot_btcusdt_20240808.gz", "spot_btcusdt_20240809.gz") else {
      return
    }
    let tally = try replay(paths, symbol: "BTCUSDT")
    expectSound(tally)
    let counts = tally.counts
    #expect(counts.lines == 41_249 + 58_325)
    #expect(counts.used(.depth) + counts.dropped(.staleDiff) == 3_451 + 3_044)
    // After the snapshot come 6,492 updates; one of the three that waited for it belongs on the book too.
    #expect(counts.used(.depth) == 6_492 + 1 && counts.dropped(.staleDiff) == 2)
    #expect(counts.used(.bookTicker) == 28_040 + 45_134)
    #expect(counts.used(.trade) == 9_757 + 10_147)
    #expect(counts.used(.snapshot) == 1)
  }

  @Test func usdMarginedFutures() throws {
    guard let paths = SharedData.captures("usdm_btcusdt_20240808.gz") else { return }
    let tally = try replay(paths, symbol: "BTCUSDT")
    expectSound(tally)
    let counts = tally.counts
    #expect(counts.lines == 93_954)
    #expect(counts.used(.depth) + counts.dropped(.staleDiff) == 6_551)
    #expect(counts.used(.depth) == 6_545 + 2 && counts.dropped(.staleDiff) == 4)
    #expect(counts.used(.bookTicker) == 66_089 && counts.used(.trade) == 21_313)
  }

  @Test func coinMarginedFuturesOfBothDays() throws {
    guard let paths = SharedData.captures("cm_btcusd_perp_20240808.gz", "cm_btcusd_perp_20240809.gz")
    else { return }
    let tally = try replay(paths, symbol: "BTCUSD_PERP")
    expectSound(tally)
    let counts = tally.counts
    #expect(counts.lines == 48_270 + 50_116)
    #expect(counts.used(.depth) == 44_770 + 2 && counts.dropped(.staleDiff) == 23)
    #expect(counts.used(.bookTicker) == 19_136 + 29_219 && counts.used(.trade) == 2_286 + 2_949)
  }

  @Test func futuresOf2023InMicroseconds() throws {
    guard let paths = SharedData.captures("usdm_btcusdt_20230404.dat.gz", "usdm_btcusdt_20230405.dat.gz")
    else { return }
    let tally = try replay(paths, symbol: "BTCUSDT")
    expectSound(tally)
    let counts = tally.counts
    #expect(counts.lines == 13_384 + 60_381)
    #expect(counts.used(.depth) == 16_110)
    #expect(counts.dropped(.unusedStream) == 99 + 415)
    #expect(counts.used(.trade) == 2_197 + 10_738)
    #expect(tally.offMarket >= 1)
  }

  @Test func aSecondDayAloneIsRefused() throws {
    guard
      let paths = SharedData.captures(
        "spot_btcusdt_20230405.dat.gz", "spot_btcusdt_20240809.gz", "usdm_btcusdt_20230405.dat.gz")
    else { return }
    for path in paths {
      let error = try CaptureReaderTests.refusal([path], symbol: "BTCUSDT")
      guard case .noSnapshot(path, let updates) = error, updates > 900 else {
        Issue.record("\(path): \(error)")
        continue
      }
    }
  }

  @Test func daysThatDoNotBelongTogetherAreRefused() throws {
    guard let paths = SharedData.captures("spot_btcusdt_20240808.gz", "usdm_btcusdt_20240808.gz") else {
      return
    }
    // The futures file starts a second later, in the middle of the spot one.
    guard let next = SharedData.captures("cm_btcusd_perp_20240809.gz") else { return }
    #expect(
      try CaptureReaderTests.refusal([paths[0], next[0]], symbol: "BTCUSDT")
        == .noSuchInstrument(path: next[0], symbol: "BTCUSDT"))
    #expect(
      try CaptureReaderTests.refusal([paths[1], paths[0]], symbol: "BTCUSDT")
        == .filesOutOfOrder(earlier: paths[1], later: paths[0]))
  }

  @Test func aRecordingCutShortIsSaid() throws {
    guard let paths = SharedData.captures("spot_btcusdt_20240808.gz") else { return }
    let folder = try CaptureFolder()
    let whole = try Data(contentsOf: URL(filePath: paths[0]))
    let cut = try folder.file("cut.gz", whole.prefix(whole.count / 2))
    let error = try CaptureReaderTests.refusal([cut], symbol: "BTCUSDT")
    guard case .file(.truncatedGzip(cut, _, let lines)) = error, lines > 1_000 else {
      Issue.record("\(error)")
      return
    }
  }
}
