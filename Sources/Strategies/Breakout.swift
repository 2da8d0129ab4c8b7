import ActorKit
import Models
import Trading

/// A trend follower: enters where the mid leaves Donchian's channel of the last bars, in the direction in
/// which it leaves; the trading range break-out of Brock, Lakonishok and LeBaron (1992).
///
/// With σ the feed's volatility (bps/√s) and T the length of the channel in seconds, the stop stands
/// d = max(`minStopBps`, `stopVolatilities` · σ√T) from the mid, the target `rewardRisk` · d on the other
/// side, both rounded to the tick nearer to the mid. It enters only when flat, for which dust counts too, and
/// without an open signal, and `coolDownMillis` after the signal before at the earliest. All times are market
/// time.
public struct Breakout: Strategy {
  public struct Parameters: StrategyParameters {
    /// Length of a bar of the channel, ms.
    @Fixed(10...86_400_000) public var barMillis = 1_000
    /// Whole bars in the channel; until there have been so many it only watches.
    @Fixed(1...10_000) public var channelBars = 60
    /// How far beyond the channel the mid must be, bps.
    @Live(0...1_000) public var marginBps = 0.0
    /// Distance of the stop, standard deviations of the move over one channel's length.
    @Live(0...100, unit: "standard deviations") public var stopVolatilities = 1.0
    /// The least distance of the stop, bps.
    @Live(0.01...5_000) public var minStopBps = 10.0
    /// Distance of the target over that of the stop.
    @Live(0.1...20) public var rewardRisk = 2.0
    /// The least time between two signals, ms.
    @Live(0...86_400_000) public var coolDownMillis = 30_000
    /// A signal not acted on within this is void, ms.
    @Live(1...3_600_000) public var signalLifeMillis = 2_000
    /// 1 enters by a limit at the mid that rests until the signal expires; 0 enters at the market.
    @Fixed(0...1) public var limitEntry = 0

    public init() {}
  }

  public static let kind = "breakout"
  public static let isDirectional = true
  public static let inputs: Inputs = [.top("quoted"), .metrics("quoted")]

  private var channel: DonchianChannel?
  /// Market time of the last signal; nil before the first.
  private var lastNanos: Int64?

  public init() {}

  public mutating func on(
    _ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs
  ) throws(StrategyFault) {
    guard context.marketNanos != 0, try context.standing("quoted") == .live,
      let top = try context.top("quoted"), let bid = top.bid, let ask = top.ask
    else { return }
    let mid = bid.price.double / 2 + ask.price.double / 2
    do throws(ModelError) {
      try follow(mid, context)
    } catch {
      throw .model(error)
    }
    guard let side = side(mid, context.parameters), isFree(context) else { return }
    try enter(side, mid, context, &out)
  }

  private mutating func follow(
    _ mid: Double, _ context: borrowing Context<Parameters>
  ) throws(ModelError) {
    let (barNanos, bars) = (Int64(context.parameters.barMillis) * 1_000_000, context.parameters.channelBars)
    // One that was kept may be of other bars.
    if channel?.barNanos != barNanos || channel?.bars != bars {
      channel = try DonchianChannel(barNanos: barNanos, bars: bars)
    }
    try channel?.update(mid, atNanos: context.marketNanos)
  }

  /// In which direction the mid has left the channel; nil while it is inside.
  private func side(_ mid: Double, _ parameters: Parameters) -> Side? {
    guard let high = channel?.high, let low = channel?.low else { return nil }
    if mid > high * (1 + parameters.marginBps / 1e4) { return .buy }
    if mid < low * (1 - parameters.marginBps / 1e4) { return .sell }
    return nil
  }

  private func isFree(_ context: borrowing Context<Parameters>) -> Bool {
    guard context.mayQuote, context.signals.isEmpty, context.isFlat else { return false }
    guard let lastNanos, let age = context.ageNanos(of: lastNanos) else { return true }
    return age >= Int64(context.parameters.coolDownMillis) * 1_000_000
  }

  private mutating func enter(
    _ side: Side, _ mid: Double, _ context: borrowing Context<Parameters>, _ out: inout Outputs
  ) throws(StrategyFault) {
    guard let metrics = try context.metrics("quoted"), metrics.state == .live,
      let volatility = metrics.volatilityBps, volatility >= 0
    else { return }
    let parameters = context.parameters
    let instrument = try context.instrument("quoted")
    let seconds = Double(parameters.barMillis) / 1e3 * Double(parameters.channelBars)
    let distanceBps = max(
      parameters.minStopBps, parameters.stopVolatilities * volatility * seconds.squareRoot())
    let distance = Double(side.sign) * mid * distanceBps / 1e4
    let target = mid + distance * parameters.rewardRisk
    // Stop and target go to the tick nearer to the mid: a smaller loss, a gain that is reached sooner.
    guard let stop = instrument.passivePrice(fromDouble: mid - distance, side.opposite),
      let takeProfit = instrument.passivePrice(fromDouble: target, side), stop.double != mid
    else { throw .invalidOutput("a stop of \(distanceBps) bps from \(mid) is no price") }
    let entry: Price?
    if parameters.limitEntry == 1 {
      entry = instrument.passivePrice(fromDouble: mid, side)
    } else {
      entry = nil
    }
    let reference = entry?.double ?? mid
    out.plot("channelHigh", channel?.high ?? .nan)
    out.plot("channelLow", channel?.low ?? .nan)
    out.plot("distanceBps", distanceBps)
    out.signal(
      "quoted", side, entry: entry.map { .limit($0) } ?? .market, stop: stop, takeProfit: takeProfit,
      confidence: confidence(mid), rewardRisk: (takeProfit.double - reference) / (reference - stop.double),
      validFor: .milliseconds(parameters.signalLifeMillis))
    lastNanos = context.marketNanos
  }

  /// How far the mid is outside, as a share of the channel's width; 1 at most.
  private func confidence(_ mid: Double) -> Double {
    guard let high = channel?.high, let low = channel?.low, high > low else { return 1 }
    return min(1, max(mid - high, low - mid) / (high - low))
  }
}

// MARK: - Over a restart

extension Breakout {
  public static let stateVersion: UInt16 = 1

  /// The channel and when it last gave a signal; with more than about a thousand bars it is too long to keep.
  public func save(into state: inout SnapshotWriter) {
    state.write(lastNanos)
    state.write(channel != nil)
    guard let channel else { return }
    state.write(channel.barNanos)
    state.write(Int64(channel.bars))
    let memory = channel.memory
    state.write(UInt32(memory.highs.count))
    for index in memory.highs.indices {
      state.write(memory.highs[index])
      state.write(memory.lows[index])
    }
    state.write(memory.current)
    for price in [memory.currentHigh, memory.currentLow, memory.last] { state.write(price) }
  }

  public mutating func restore(from state: inout SnapshotReader) throws(RestoreError) {
    lastNanos = try state.readOptional(Int64.self)
    guard try state.read(Bool.self) else { return }
    let barNanos = try state.read(Int64.self)
    let bars = try state.read(Int64.self)
    var memory = DonchianChannel.Memory()
    let count = try state.read(UInt32.self)
    guard count <= DonchianChannel.mostBars else { throw .invalid("\(count) bars") }
    for _ in 0..<count {
      memory.highs.append(try state.readDouble())
      memory.lows.append(try state.readDouble())
    }
    memory.current = try state.readOptional(Int64.self)
    memory.currentHigh = try state.readDouble()
    memory.currentLow = try state.readDouble()
    memory.last = try state.readDouble()
    do throws(ModelError) {
      channel = try DonchianChannel(barNanos: barNanos, bars: Int(clamping: bars), memory: memory)
    } catch {
      throw .invalid("no channel: \(error)")
    }
  }
}
