/// The highest and the lowest price of the last whole bars: Donchian's channel, whose edges are the
/// resistance and support of the trading range break-out (Brock, Lakonishok and LeBaron 1992, Simple
/// technical trading rules and the stochastic properties of stock returns, Journal of Finance 47).
///
/// Bars are equal stretches of time. The bar that is not over yet does not count, so that a price can leave
/// the channel; a bar without a price repeats the last one.
public struct DonchianChannel: Equatable, Sendable {
  /// More are refused.
  public static let mostBars = 10_000

  public let barNanos: Int64
  public let bars: Int

  /// Of the last `bars` whole bars; nil until there have been so many.
  public private(set) var high: Double?
  public private(set) var low: Double?

  /// Whole bars, a ring.
  private var highs: [Double] = []
  private var lows: [Double] = []
  private var oldest = 0
  /// The bar that is not over: its number, and its prices so far.
  private var current: Int64?
  private var currentHigh = 0.0
  private var currentLow = 0.0
  private var last = 0.0

  /// Throws `outOfRange` unless a bar lasts at least 1 ns and there are 1 to `mostBars` of them.
  public init(barNanos: Int64, bars: Int) throws(ModelError) {
    guard barNanos > 0 else { throw .outOfRange("bar", value: Double(barNanos), allowed: "> 0 ns") }
    guard (1...Self.mostBars).contains(bars) else {
      throw .outOfRange("bars", value: Double(bars), allowed: "1...\(Self.mostBars)")
    }
    self.barNanos = barNanos
    self.bars = bars
    highs.reserveCapacity(bars)
    lows.reserveCapacity(bars)
  }

  /// Takes in a price (> 0, finite) at a time, ns. One of a bar that is over changes nothing.
  public mutating func update(_ price: Double, atNanos now: Int64) throws(ModelError) {
    try Domain.positive(price, "price")
    let (whole, rest) = now.quotientAndRemainder(dividingBy: barNanos)
    let number = rest < 0 ? whole - 1 : whole
    guard let current else { return begin(number, price) }
    guard number >= current else { return }
    guard number > current else {
      currentHigh = max(currentHigh, price)
      currentLow = min(currentLow, price)
      last = price
      return
    }
    close(currentHigh, currentLow)
    let (gap, overflow) = number.subtractingReportingOverflow(current)
    let empty = overflow ? Int64(bars) : min(Int64(bars), gap - 1)
    for _ in 0..<empty { close(last, last) }
    if highs.count == bars { (high, low) = (highs.max(), lows.min()) }
    begin(number, price)
  }

  /// What a channel has seen, to be kept and to go on with.
  public struct Memory: Equatable, Sendable {
    /// Of the whole bars, oldest first.
    public var highs: [Double] = []
    public var lows: [Double] = []
    /// The number of the bar that is not over, and its prices so far; nil before the first price.
    public var current: Int64?
    public var currentHigh = 0.0
    public var currentLow = 0.0
    public var last = 0.0

    public init() {}
  }

  public var memory: Memory {
    var memory = Memory()
    memory.highs = Array(highs[oldest...] + highs[..<oldest])
    memory.lows = Array(lows[oldest...] + lows[..<oldest])
    memory.current = current
    (memory.currentHigh, memory.currentLow, memory.last) = (currentHigh, currentLow, last)
    return memory
  }

  /// A channel that goes on where another was. Throws where no channel of these bars could have been: more
  /// bars than it keeps, or a price that is not positive and finite or lies outside its bar.
  public init(barNanos: Int64, bars: Int, memory: Memory) throws(ModelError) {
    try self.init(barNanos: barNanos, bars: bars)
    guard memory.highs.count <= bars, memory.lows.count == memory.highs.count else {
      throw .outOfRange("whole bars", value: Double(memory.highs.count), allowed: "0...\(bars), in pairs")
    }
    for (high, low) in zip(memory.highs, memory.lows) { try Self.check(high, low) }
    (highs, lows) = (memory.highs, memory.lows)
    guard let current = memory.current else {
      guard highs.isEmpty else {
        throw .outOfRange("whole bars", value: Double(highs.count), allowed: "0 before the first price")
      }
      return
    }
    try Self.check(memory.currentHigh, memory.currentLow)
    try Self.check(memory.currentHigh, memory.last)
    try Self.check(memory.last, memory.currentLow)
    self.current = current
    (currentHigh, currentLow, last) = (memory.currentHigh, memory.currentLow, memory.last)
    if highs.count == bars { (high, low) = (highs.max(), lows.min()) }
  }

  private static func check(_ high: Double, _ low: Double) throws(ModelError) {
    try Domain.positive(high, "high")
    try Domain.positive(low, "low")
    guard low <= high else { throw .outOfRange("low", value: low, allowed: "<= \(high)") }
  }

  private mutating func begin(_ number: Int64, _ price: Double) {
    current = number
    (currentHigh, currentLow, last) = (price, price, price)
  }

  private mutating func close(_ barHigh: Double, _ barLow: Double) {
    guard highs.count == bars else {
      highs.append(barHigh)
      lows.append(barLow)
      return
    }
    (highs[oldest], lows[oldest]) = (barHigh, barLow)
    oldest = (oldest + 1) % bars
  }
}
