import ActorKit
import Trading

/// The other participants of one instrument: when each next does what, and the efficient mid around which
/// they do it.
///
/// The mid has a generator of its own, so that it is a function of seed and market time alone: a venue that
/// was restarted finds the price where it would have been.
struct OrderFlow: Sendable {
  let parameters: SyntheticFlow
  let instrument: Instrument
  /// The efficient mid, in quote currency.
  private(set) var mid: Double
  /// When the next participant acts.
  private(set) var nextOrderNanos = Int64.max
  /// When the mid moves next.
  private(set) var nextStepNanos = Int64.max

  private var acts: SplitMix64
  private var walk: SplitMix64

  /// The mid moves ten times a second.
  static let stepNanos: Int64 = 100_000_000
  /// The longest walk that a venue repeats when it is started again: a little over thirty days, which no
  /// session outlasts.
  static let mostSteps: Int64 = 26_000_000
  /// A participant finds no market order wise when fewer orders than this stand on the other side.
  static let leastOrders = 5

  /// What a participant does.
  enum Act: Equatable, Sendable {
    case limit(Side, Price, Quantity)
    case market(Side, Quantity)
    /// Cancels the order at this index, counted over both sides, or the next after it that is not ours.
    case cancel(Int)
  }

  init(_ parameters: SyntheticFlow, _ instrument: Instrument, seed: UInt64) {
    if let problem = parameters.problem {
      preconditionFailure("order flow of \(instrument.name): \(problem)")
    }
    self.parameters = parameters
    self.instrument = instrument
    mid = parameters.startPrice.double
    var seeds = SplitMix64(seed: seed ^ UInt64(instrument.number) &* 0x9e37_79b9_7f4a_7c15)
    walk = SplitMix64(seed: seeds.next())
    acts = SplitMix64(seed: seeds.next())
  }

  /// Starts the flow at `begin`, with the mid where it is after walking since `start`.
  mutating func begin(start: Int64, at begin: Int64) {
    // The walk of what is too long ago to be walked again is left out.
    let first = max(start, begin.saturatingSubtract(Self.mostSteps * Self.stepNanos))
    nextStepNanos = first.saturatingAdd(Self.stepNanos)
    while nextStepNanos <= begin, nextStepNanos < .max { step() }
    nextOrderNanos = begin
    // A later beginning draws other numbers; the first draws of the market are not repeated.
    if begin != start { acts.state ^= UInt64(bitPattern: begin &- start) &* 0xbf58_476d_1ce4_e5b9 }
  }

  /// Moves the mid by one step of the random walk, kept within a tenth and ten times the start.
  mutating func step() {
    let scale = parameters.volatilityBps * 1e-4 * (Double(Self.stepNanos) * 1e-9).squareRoot()
    let start = parameters.startPrice.double
    mid = min(max(mid * (1 + scale * walk.normal()), start / 10), start * 10)
    nextStepNanos = nextStepNanos.saturatingAdd(Self.stepNanos)
  }

  /// Sets the time of the next act; with more orders resting, cancels come more often.
  mutating func schedule(resting: Int) {
    let rate = totalRate(resting)
    let wait = min(acts.exponential() / rate, 3_600) * 1e9
    nextOrderNanos = nextOrderNanos.saturatingAdd(max(1, Int64(wait)))
  }

  /// What the participant whose time has come does.
  mutating func act(resting: Int) -> Act {
    var point = acts.unit() * totalRate(resting)
    if point < parameters.limitOrdersPerSecond { return limitOrder() }
    point -= parameters.limitOrdersPerSecond
    if point < parameters.marketOrdersPerSecond { return .market(side(), quantity()) }
    return .cancel(randomIndex(resting))
  }

  /// A limit order around the mid.
  mutating func limitOrder() -> Act {
    let side = side()
    let distance = parameters.halfSpreadBps + parameters.depthBps * min(acts.exponential(), 10)
    let wanted = mid * (1 - Double(side.sign) * distance * 1e-4)
    let price = instrument.passivePrice(fromDouble: wanted, side) ?? parameters.startPrice
    return .limit(side, max(price, instrument.tickSize), quantity())
  }

  /// A random index among so many.
  mutating func randomIndex(_ count: Int) -> Int { Int(acts.below(UInt64(max(count, 1)))) }

  private mutating func side() -> Side { acts.next() & 1 == 0 ? .buy : .sell }

  /// Whole lots, at least one and at least the venue's least quantity, at most twenty times the mean.
  private mutating func quantity() -> Quantity {
    let drawn = parameters.meanQuantity.double * min(acts.exponential(), 20)
    let whole = instrument.quantity(fromDouble: drawn) ?? .zero
    return max(whole, instrument.minQuantity, instrument.lotSize)
  }

  private func totalRate(_ resting: Int) -> Double {
    parameters.limitOrdersPerSecond + parameters.marketOrdersPerSecond
      + parameters.cancelsPerOrderPerSecond * Double(resting)
  }
}
