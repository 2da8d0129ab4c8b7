import Models
import Testing

/// The channel against its definition, on a walk and at its edges.
@Suite struct DonchianChannelTests {
  @Test func itHoldsTheExtremesOfTheLastWholeBars() throws {
    var channel = try DonchianChannel(barNanos: 10, bars: 2)
    // Bar 0: 5, 7, 4. Bar 1: 6. Bar 2: 3, 9. Bar 3: 8.
    for (time, price) in [(0, 5.0), (3, 7), (9, 4), (10, 6)] {
      try channel.update(price, atNanos: Int64(time))
      #expect(channel.high == nil && channel.low == nil)
    }
    try channel.update(3, atNanos: 20)
    #expect(channel.high == 7 && channel.low == 4)
    try channel.update(9, atNanos: 29)
    #expect(channel.high == 7 && channel.low == 4)
    try channel.update(8, atNanos: 30)
    #expect(channel.high == 9 && channel.low == 3)
  }

  @Test func aBarWithoutAPriceRepeatsTheLast() throws {
    var channel = try DonchianChannel(barNanos: 10, bars: 3)
    try channel.update(5, atNanos: 0)
    try channel.update(7, atNanos: 1)
    try channel.update(6, atNanos: 2)
    try channel.update(1, atNanos: 35)
    #expect(channel.high == 7 && channel.low == 5)
    try channel.update(1, atNanos: 41)
    // Bar 0 has left: bars 1 and 2 repeat 6.
    #expect(channel.high == 6 && channel.low == 1)
    try channel.update(2, atNanos: .max)
    #expect(channel.high == 1 && channel.low == 1)
  }

  @Test func aChannelGoesOnWhereItsMemoryEnds() throws {
    var channel = try DonchianChannel(barNanos: 10, bars: 3)
    for step in 0..<12 {
      var other = try DonchianChannel(barNanos: 10, bars: 3, memory: channel.memory)
      #expect(other.high == channel.high && other.low == channel.low && other.memory == channel.memory)
      let price = Double(5 + step * 7 % 11)
      try channel.update(price, atNanos: Int64(6 * step))
      try other.update(price, atNanos: Int64(6 * step))
      #expect(other.high == channel.high && other.low == channel.low && other.memory == channel.memory)
    }
  }

  @Test func aMemoryThatNoChannelCouldHaveIsRefused() throws {
    var good = DonchianChannel.Memory()
    (good.highs, good.lows, good.current) = ([5], [4], 1)
    (good.currentHigh, good.currentLow, good.last) = (3, 1, 2)
    _ = try DonchianChannel(barNanos: 1, bars: 1, memory: good)
    let mistakes: [(inout DonchianChannel.Memory) -> Void] = [
      { $0.highs = [5, 5] }, { $0.lows = [] }, { $0.lows = [6] }, { $0.highs = [.nan] }, { $0.current = nil },
      { $0.last = 4 }, { $0.last = 0.5 }, { $0.currentLow = 0 }, { $0.currentHigh = .infinity },
      { ($0.highs, $0.lows) = ([5, 5], [4, 4]) },
    ]
    for mistake in mistakes {
      var memory = good
      mistake(&memory)
      #expect(throws: ModelError.self) { try DonchianChannel(barNanos: 1, bars: 1, memory: memory) }
    }
  }

  @Test func aPriceOfAnEarlierBarChangesNothing() throws {
    var channel = try DonchianChannel(barNanos: 10, bars: 1)
    try channel.update(5, atNanos: 10)
    let before = channel
    try channel.update(9, atNanos: 9)
    try channel.update(9, atNanos: .min)
    #expect(channel == before)
  }

  @Test func itAgreesWithTheDefinitionOnAWalk() throws {
    var channel = try DonchianChannel(barNanos: 7, bars: 5)
    var prices: [(bar: Int64, price: Double)] = []
    var price = 100.0
    var state: UInt64 = 12_345
    for time in Int64(0)..<2_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      price = max(1, price + Double(Int64(state >> 33) % 7 - 3))
      prices.append((time / 7, price))
      try channel.update(price, atNanos: time)
      let bar = time / 7
      let window = prices.filter { $0.bar < bar && $0.bar >= bar - 5 }.map(\.price)
      guard bar >= 5 else {
        #expect(channel.high == nil)
        continue
      }
      #expect(channel.high == window.max() && channel.low == window.min())
    }
  }

  @Test(arguments: [Double.nan, .infinity, 0, -1]) func aPriceThatIsNoneIsRefused(price: Double) throws {
    var channel = try DonchianChannel(barNanos: 1, bars: 1)
    #expect(throws: ModelError.self) { try channel.update(price, atNanos: 0) }
    #expect(throws: ModelError.self) { _ = try DonchianChannel(barNanos: 0, bars: 1) }
    #expect(throws: ModelError.self) { _ = try DonchianChannel(barNanos: 1, bars: 0) }
    #expect(throws: ModelError.self) {
      _ = try DonchianChannel(barNanos: 1, bars: DonchianChannel.mostBars + 1)
    }
  }
}
