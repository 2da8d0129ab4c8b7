import ActorKit
import Platform
import Testing
import Topology
import Trading
import Wire
import waggle_monitor

/// Frames as components send them, into the monitor's picture.
@Suite struct ColonyViewTests {
  private static let second: Int64 = 1_000_000_000

  private func frame(
    sender: UInt16, epoch: UInt32 = 1, sequence: UInt64 = 1, sent: Int64 = 0,
    _ encode: (inout FrameWriter) -> Range<Int>
  ) -> [UInt8] {
    var frames = FrameWriter()
    let range = encode(&frames)
    frames.stamp(frameAt: range.lowerBound, sender: sender, epoch: epoch, sequence: sequence, sent: sent)
    return frames.bytes.copiedBytes()
  }

  private func beat(
    _ sender: UInt16, epoch: UInt32 = 1, sent: Int64, received: UInt64, cpuNanos: UInt64
  ) -> [UInt8] {
    let beat = Heartbeat(
      envelope: Envelope(origin: 0), component: sender, kind: .feed, state: .live, turns: 1,
      received: received, published: 10, dropped: 0, loopLagMaxNanos: 0, journalRows: 0, journalLagRows: 0,
      residentBytes: 12 << 20, cpuNanos: cpuNanos, marketNanos: 0, intervalNanos: 250_000_000)
    return frame(sender: sender, epoch: epoch, sent: sent) { beat.encode(into: &$0) }
  }

  private func view() throws -> ColonyView { ColonyView(try withFakeColony { $0.topology }) }

  private func table(_ view: ColonyView, atBootNanos now: Int64 = 0) -> String {
    MonitorTable.lines(view, atBootNanos: now, wallNanos: 1_723_161_253 * Self.second).joined(separator: "\n")
  }

  @Test func beatsBecomeRates() throws {
    var view = try view()
    view.take(beat(2, sent: 0, received: 100, cpuNanos: 0).span.bytes, atBootNanos: 1)
    #expect(view.members[1].messagesPerSecond == nil)
    view.take(
      beat(2, sent: Self.second / 2, received: 600, cpuNanos: 50_000_000).span.bytes, atBootNanos: 7_000_001)
    #expect(view.members[1].messagesPerSecond == 1000)
    #expect(view.members[1].cpuPercent == 10)
    let shown = table(view, atBootNanos: 19_000_001)
    #expect(
      shown.contains("feed              live        12 ms    1      0        1000      10.0   12 MiB"),
      "\(shown)")
    #expect(table(view, atBootNanos: 2 * Self.second).contains("feed              SILENT"))
  }

  @Test func aRestartIsCountedAndBeginsNewRates() throws {
    var view = try view()
    view.take(beat(2, epoch: 3, sent: 0, received: 100, cpuNanos: 9).span.bytes, atBootNanos: 1)
    view.take(beat(2, epoch: 4, sent: Self.second, received: 1, cpuNanos: 1).span.bytes, atBootNanos: 2)
    #expect(view.members[1].epoch == 4)
    #expect(view.members[1].restarts == 1)
    #expect(view.members[1].messagesPerSecond == nil)
  }

  @Test func marketsAndPositionsAreExact() throws {
    var view = try view()
    let top = TopOfBook(
      envelope: Envelope(origin: 0), instrument: 1, eventNanos: 1, bidPrice: 59_999_500_000_000,
      bidQuantity: 1, askPrice: nil, askQuantity: 0, venueUpdateId: 1)
    view.take(frame(sender: 2) { top.encode(into: &$0) }.span.bytes, atBootNanos: 1)
    let metrics = MarketMetrics(
      envelope: Envelope(origin: 0), instrument: 1, eventNanos: 1, mid: 60_000_100_000_000,
      microPrice: 60_000_000_000_000, spreadBps: 1, volatilityBps: 0.456, volatilityUncertaintyBps: .nan,
      imbalance: 0, adverseSelectionBps: .nan, buyArrivalRate: .nan, sellArrivalRate: .nan, state: .live)
    view.take(frame(sender: 2) { metrics.encode(into: &$0) }.span.bytes, atBootNanos: 1)
    let position = PositionChanged(
      envelope: Envelope(origin: 0), account: 1, instrument: 1, position: -1_000_000,
      averagePrice: 60_010_000_000_000, realizedPnl: 123_456_789, fees: -4_000_000, cash: 0, workingBid: 0,
      workingAsk: 0, fillSequence: 7, eventNanos: 1)
    let told = frame(sender: 5) { out in
      position.encode(into: &out, ownersCount: 0) { _ in preconditionFailure("nobody is told") }
    }
    view.take(told.span.bytes, atBootNanos: 1)
    // -0.01 × (60000.1 - 60010) = 0.099, exactly.
    #expect(view.unrealizedPnl(of: view.holdings[0]) == Money(raw: 9_900_000))
    let shown = table(view)
    #expect(
      shown.contains("BTCUSDT.SIM       59999.5       –             60000.1       0.46          live"),
      "\(shown)")
    #expect(
      shown.contains(
        "main              BTCUSDT.SIM       -0.01         60010         1.23          0.10          -0.04"
      ),
      "\(shown)")
  }

  @Test func strangersAndNonsenseAreIgnored() throws {
    var view = try view()
    let before = table(view)
    view.take(beat(99, sent: 0, received: 1, cpuNanos: 1).span.bytes, atBootNanos: 1)
    view.take([UInt8](repeating: 0xFF, count: 40).span.bytes, atBootNanos: 1)
    view.take([UInt8]().span.bytes, atBootNanos: 1)
    #expect(table(view) == before)
  }

  @Test func theChecksThatHoldOrdersBackAreNamed() throws {
    var view = try view()
    let counts: [(name: String, value: Int64)] = [
      ("ordersSent", 9), ("ordersDenied.priceCollar", 1), ("ordersDenied.selfTrade", 4),
    ]
    let counters = try counts.map {
      EngineHealth.Counter(name: try #require(NameText($0.name)), value: $0.value)
    }
    let health = EngineHealth(envelope: Envelope(origin: 0), component: 5)
    let bytes = frame(sender: 5) {
      health.encode(into: &$0, countersCount: counters.count, counters: { counters[$0] })
    }
    #expect(!table(view).contains("held back"))
    view.take(bytes.span.bytes, atBootNanos: 1)
    #expect(table(view).contains("held back since boot: selfTrade 4, priceCollar 1"), "\(table(view))")
  }

  @Test func newsIsBoundedAndCannotCommandTheTerminal() throws {
    var view = try view()
    for number in 1...20 {
      let event = SafetyEvent(
        envelope: Envelope(origin: 0), component: 6, scope: .firm, account: nil, strategy: nil,
        instrument: nil, cause: .operator, severity: .critical)
      let text = "halt \(number)\u{1B}[2J"
      view.take(
        frame(sender: 6, sequence: UInt64(number), sent: Int64(number) * Self.second) {
          event.encode(into: &$0, text: text.utf8)
        }.span.bytes, atBootNanos: 1)
    }
    #expect(view.news.count == ColonyView.maxNews)
    let shown = table(view)
    #expect(shown.contains("00:00:20 critical queen: halt 20 [2J"), "\(shown)")
    #expect(!shown.contains("\u{1B}"))
  }
}

@Test func jsonLinesCarryTheTopic() {
  var lines: [UInt8] = []
  var frames = FrameWriter()
  let error = SystemError(envelope: Envelope(origin: 0), component: 2, severity: .warning)
  error.encode(into: &frames, text: "x".utf8)
  Monitor.append(Array("colony.\"e\".".utf8).span.bytes, frames.bytes, to: &lines)
  Monitor.append(Array("not a topic".utf8).span.bytes, frames.bytes, to: &lines)
  Monitor.append(Array("colony.e.".utf8).span.bytes, [UInt8](repeating: 1, count: 9).span.bytes, to: &lines)
  let text = String(decoding: lines, as: UTF8.self)
  #expect(text.hasPrefix("{\"topic\":\"colony.\\\"e\\\".\",\"message\":\"SystemError\","))
  #expect(text.hasSuffix("}\n"))
  #expect(text.count { $0 == "\n" } == 1)
}

extension ColonyView {
  /// At a wall clock that no epoch of a test is beyond.
  mutating func take(_ frame: RawSpan, atBootNanos now: Int64) {
    take(frame, atBootNanos: now, wallNanos: 0)
  }
}
