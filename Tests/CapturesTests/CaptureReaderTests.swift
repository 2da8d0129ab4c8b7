import Captures
import Foundation
import Platform
import Testing
import Trading

@Suite struct CaptureReaderTests {
  static func line(_ nanos: Int64, _ json: String) -> String {
    "\(1_700_000_000_000_000_000 + nanos) \(json)"
  }

  static func depth(_ nanos: Int64, _ first: Int64, _ last: Int64, bid: String = "9") -> String {
    line(
      nanos,
      """
      {"stream":"x@depth","data":{"e":"depthUpdate","E":1,"s":"X","U":\(first),"u":\(last),\
      "b":[["\(bid)","1"]],"a":[]}}
      """)
  }

  static func snapshot(_ nanos: Int64, _ last: Int64) -> String {
    line(nanos, #"{"lastUpdateId":\#(last),"bids":[["10","1"],["9","2"]],"asks":[["11","1"]]}"#)
  }

  static func trade(_ nanos: Int64, _ id: Int64) -> String {
    line(nanos, #"{"e":"trade","E":1,"T":1,"s":"X","t":\#(id),"p":"10.5","q":"1","m":true}"#)
  }

  static func ticker(_ nanos: Int64, _ id: Int64) -> String {
    line(
      nanos,
      #"{"stream":"x@bookTicker","data":{"u":\#(id),"s":"X","b":"10","B":"1","a":"11","A":"1"}}"#)
  }

  /// Names of the events in order.
  static func story(_ reader: inout CaptureReader) throws -> [String] {
    var story: [String] = []
    while let event = try reader.next() {
      switch event {
      case .bookSnapshot(let snapshot): story.append("book \(snapshot.lastUpdateId)")
      case .bookUpdate(let update): story.append("update \(update.finalUpdateId) bids \(reader.bids.count)")
      case .bookLost: story.append("lost")
      case .trade(let trade): story.append("trade \(trade.id)")
      case .ticker(let ticker): story.append("ticker \(ticker.updateId)")
      }
    }
    return story
  }

  static func refusal(_ paths: [String], symbol: String = "X") throws -> CaptureError {
    do {
      var reader = try CaptureReader(paths: paths, symbol: symbol)
      _ = try story(&reader)
    } catch let error as CaptureError {
      return error
    }
    throw NoRefusal()
  }

  struct NoRefusal: Error {}

  private static let hour: Int64 = 3_600_000_000_000

  /// What a recording of these lines tells, and its counts.
  private func read(_ lines: [String]) throws -> (story: [String], counts: CaptureCounts, market: Int64) {
    let folder = try CaptureFolder()
    var reader = try CaptureReader(paths: [try folder.file("a", lines)], symbol: "X")
    let story = try Self.story(&reader)
    return (story, reader.counts, reader.marketNanos - 1_700_000_000_000_000_000)
  }

  @Test func aLineStampedCenturiesAheadIsDroppedWhereverItStands() throws {
    let good = (1...6).map { Self.trade(Int64($0), Int64($0)) }
    let wild =
      "9223372036854775000 " + #"{"e":"trade","E":1,"T":1,"s":"X","t":7,"p":"10.5","q":"1","m":true}"#
    for place in 0...good.count {
      var lines = good
      lines.insert(wild, at: place)
      let told = try read(lines)
      #expect(told.story == (1...6).map { "trade \($0)" }, "at \(place)")
      #expect(told.counts.dropped(.timeJump) == 1 && told.counts.dropped == 1, "at \(place)")
      #expect(told.counts.clockStepsBack == 0 && told.market == 6, "at \(place)")
    }
    // Two wild ones do not vouch for each other when they are not alike.
    let other = Self.trade(48 * Self.hour, 8)
    let told = try read(Array(good[..<3]) + [other, wild] + Array(good[3...]))
    #expect(told.counts.dropped(.timeJump) == 2 && told.story.count == 6)
  }

  @Test func aRealPauseIsBelievedFromItsFirstLineOn() throws {
    let told = try read([
      Self.trade(1, 1), Self.trade(2, 2), Self.trade(30 * Self.hour, 3), Self.trade(30 * Self.hour + 1, 4),
      Self.trade(80 * Self.hour, 5), "junk", Self.trade(80 * Self.hour + 1, 6),
    ])
    #expect(told.story == (1...6).map { "trade \($0)" })
    #expect(told.counts.dropped(.timeJump) == 0 && told.counts.dropped(.malformed) == 1)
    #expect(told.market == 80 * Self.hour + 1)
  }

  /// Each line waits for the next; of the last nobody can tell.
  @Test func aQuietMarketWithHoursBetweenItsLinesIsBelieved() throws {
    let told = try read([1, 3, 6, 10, 15].enumerated().map { Self.trade($1 * Self.hour, Int64($0) + 1) })
    #expect(told.story == (1...4).map { "trade \($0)" })
    #expect(told.counts.dropped(.timeJump) == 1)
  }

  @Test(arguments: [Int64(1) << 62, 1_700_000_000_000, 1 << 27, .max])
  func aWildIdMakesNothingLate(_ far: Int64) throws {
    let told = try read([
      Self.trade(1, 1), Self.ticker(2, 1), Self.snapshot(3, 2), Self.trade(4, far), Self.ticker(5, far),
      Self.depth(6, far, far), Self.snapshot(7, far), Self.trade(8, 2), Self.ticker(9, 2),
      Self.depth(10, 3, 4),
      Self.trade(11, 3), Self.depth(12, 5, 5),
    ])
    #expect(
      told.story == [
        "trade 1", "ticker 1", "book 2", "trade 2", "ticker 2", "update 4 bids 1", "trade 3",
        "update 5 bids 1",
      ])
    #expect(told.counts.dropped(.idJump) == 4 && told.counts.dropped == 4 && told.counts.holes == 0)
    #expect(told.counts.missingTrades == 0)
  }

  @Test func updatesThatWaitAreNotMadeStaleByAWildOne() throws {
    let far: Int64 = 1_700_000_000_000
    let told = try read([
      Self.depth(1, 1, 1), Self.depth(2, far, far), Self.depth(3, 2, 2), Self.snapshot(4, 1),
      Self.depth(5, 3, 3),
    ])
    #expect(told.story == ["book 1", "update 2 bids 1", "update 3 bids 1"])
    #expect(told.counts.dropped(.idJump) == 1)
    let first = try read([
      Self.depth(1, far, far), Self.depth(2, 1, 1), Self.depth(3, 2, 2), Self.depth(4, 3, 3),
      Self.snapshot(5, 2), Self.depth(6, 4, 4),
    ])
    #expect(first.story == ["book 2", "update 3 bids 1", "update 4 bids 1"])
  }

  @Test func afterAGapOfADayTheNextSnapshotIsTaken() throws {
    let far: Int64 = 3_000_000_000
    let day = 24 * Self.hour
    let told = try read([
      Self.snapshot(1, 2), Self.trade(2, 1), Self.depth(3, 3, 3), Self.snapshot(day, far),
      Self.depth(day + 1, far + 1, far + 1), Self.trade(day + 2, far), Self.trade(day + 3, far + 1),
      Self.trade(day + 4, far + 2),
    ])
    #expect(
      told.story == [
        "book 2", "trade 1", "update 3 bids 1", "book \(far)", "update \(far + 1) bids 1",
        "trade \(far + 1)", "trade \(far + 2)",
      ])
    #expect(told.counts.missingTrades == far - 1, "one of them was doubted")
  }

  @Test func aVenueThatNumbersAnewIsBelievedAfterOneLine() throws {
    let far: Int64 = 1 << 62
    let told = try read([
      Self.trade(1, far), Self.trade(2, 1), Self.trade(3, 2), Self.trade(4, 3), Self.ticker(5, 1),
      Self.ticker(6, far), Self.ticker(7, far + 1), Self.snapshot(8, far), Self.depth(9, 1, 1),
      Self.depth(10, 2, 2), Self.snapshot(11, 2), Self.depth(12, 3, 3),
    ])
    #expect(
      told.story == [
        "trade \(far)", "trade 2", "trade 3", "ticker 1", "ticker \(far + 1)", "book \(far)", "lost",
        "book 2",
        "update 3 bids 1",
      ])
    #expect(told.counts.dropped(.idJump) == 3)
  }

  @Test func aLevelBeyondTheRangeStandsAtTheLargestAndCostsNoLine() throws {
    let folder = try CaptureFolder()
    let huge = #"{"lastUpdateId":2,"bids":[["10","999999999999999999"]],"asks":[["11","1"]]}"#
    let own = #"{"e":"trade","E":1,"T":1,"s":"X","t":1,"p":"10.5","q":"999999999999999999","m":true}"#
    let path = try folder.file("a", [Self.line(1, huge), Self.line(2, own), Self.trade(3, 2)])
    var reader = try CaptureReader(paths: [path], symbol: "X")
    #expect(try reader.next() != nil)
    #expect(reader.bids.map(\.quantity) == [Quantity(raw: .max)])
    #expect(reader.counts.quantitiesHeld == 1 && reader.counts.dropped == 0)
    #expect(try Self.story(&reader) == ["trade 2"])
    #expect(reader.counts.dropped(.malformed) == 1, "a trade's quantity is not held")
  }

  @Test func everyLineHasOneFate() throws {
    let folder = try CaptureFolder()
    let path = try folder.file(
      "a",
      [
        Self.depth(1, 1, 2), Self.trade(2, 50), Self.depth(3, 3, 4), Self.snapshot(4, 2), Self.snapshot(5, 1),
        Self.trade(6, 50), Self.trade(7, 52), Self.trade(8, 51), "junk", Self.ticker(9, 7), Self.ticker(8, 7),
        Self.ticker(10, 6), Self.depth(11, 4, 4), Self.depth(12, 5, 6), Self.depth(13, 8, 9),
        Self.line(14, #"{"e":"kline","s":"X"}"#), Self.trade(15, 1 << 62), Self.trade(48 * Self.hour, 53),
        Self.line(15, #"{"e":"trade","s":"Y"}"#),
      ])
    var reader = try CaptureReader(paths: [path], symbol: "X")
    #expect(reader.firstMarketNanos == 1_700_000_000_000_000_001)
    #expect(
      try Self.story(&reader) == [
        "trade 50", "book 2", "update 4 bids 1", "trade 52", "ticker 7", "update 6 bids 1", "lost",
      ])
    let counts = reader.counts
    #expect(counts.lines == 19 && counts.used + counts.dropped == 19)
    #expect(counts.used(.depth) == 2 && counts.used(.trade) == 2 && counts.used(.bookTicker) == 1)
    for reason in CaptureDrop.allCases {
      let expected =
        switch reason {
        case .staleDiff: 2
        case .waitingRoomFull, .snapshotTooOld, .beforeSnapshot: 0
        default: 1
        }
      #expect(counts.dropped(reason) == expected, "\(reason)")
    }
    #expect(counts.holes == 1 && counts.missingTrades == 1 && counts.clockStepsBack == 1)
    #expect(reader.marketNanos == 1_700_000_000_000_000_015)
    let lastMalformed = reader.lastMalformed
    let malformed = try #require(lastMalformed)
    #expect(malformed.line == 9 && malformed.error == .noReceiveTime)
  }

  @Test func filesChain() throws {
    let folder = try CaptureFolder()
    let first = try folder.file("1", [Self.snapshot(1, 1), Self.depth(2, 2, 3)])
    let second = try folder.file("2", [Self.trade(3, 1), Self.depth(4, 4, 5), Self.depth(5, 6, 6)])
    var reader = try CaptureReader(paths: [first, second], symbol: "X")
    #expect(
      try Self.story(&reader)
        == ["book 1", "update 3 bids 1", "trade 1", "update 5 bids 1", "update 6 bids 1"])
  }

  @Test func aFileThatDoesNotContinueIsRefused() throws {
    let folder = try CaptureFolder()
    let first = try folder.file("1", [Self.snapshot(1, 1), Self.depth(2, 2, 3)])
    let third = try folder.file("3", [Self.trade(8, 9), Self.depth(9, 6, 7)])
    #expect(
      try Self.refusal([first, third])
        == .filesDoNotChain(path: third, lastUpdateId: 3, firstUpdateId: 6))
    #expect(try Self.refusal([third]) == .noSnapshot(path: third, depthUpdates: 1))
    #expect(try Self.refusal([third, first]) == .noSnapshot(path: third, depthUpdates: 1))
    let other = try folder.file("other", [Self.snapshot(20, 1)])
    #expect(try Self.refusal([other, first]) == .filesOutOfOrder(earlier: other, later: first))
  }

  @Test func aFileWithItsOwnSnapshotStartsAnew() throws {
    let folder = try CaptureFolder()
    let first = try folder.file("1", [Self.snapshot(1, 1), Self.depth(2, 2, 3)])
    let third = try folder.file("3", [Self.depth(9, 6, 7), Self.snapshot(10, 6), Self.depth(11, 8, 8)])
    var reader = try CaptureReader(paths: [first, third], symbol: "X")
    #expect(
      try Self.story(&reader)
        == ["book 1", "update 3 bids 1", "lost", "book 6", "update 7 bids 1", "update 8 bids 1"])
  }

  @Test func otherFilesAreRefused() throws {
    let folder = try CaptureFolder()
    var generator = SplitMix64(seed: 7)
    let noise = try folder.file(
      "noise", Data((0..<50_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }))
    guard case .notACapture(noise, _, _) = try Self.refusal([noise]) else {
      Issue.record("\(try Self.refusal([noise]))")
      return
    }
    let empty = try folder.file("empty", Data())
    #expect(try Self.refusal([empty]) == .empty(path: empty))
    let text = try folder.file("text", Array(repeating: "time,price,quantity", count: 100))
    #expect(
      try Self.refusal([text]) == .notACapture(path: text, lines: 20, first: .noReceiveTime))
    let missing = folder.url.appending(path: "missing").path(percentEncoded: false)
    guard case .file(.notReadable) = try Self.refusal([missing]) else {
      Issue.record("\(try Self.refusal([missing]))")
      return
    }
    let good = try folder.file("good", [Self.trade(1, 1)])
    #expect(try Self.refusal([good, missing]) == Self.refusal([missing]))
    #expect(try Self.refusal([good], symbol: "Y") == .noSuchInstrument(path: good, symbol: "Y"))
    #expect(try Self.refusal([good], symbol: "Y").description.contains("no line is of Y"))
  }
}
