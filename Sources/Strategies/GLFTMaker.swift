import Models
import Trading

/// A market maker after Guéant, Lehalle and Fernandez-Tapia (2013): both sides around the micro-price,
/// farther away the more volatile the market, leaning against its own inventory, bounded by an inventory
/// limit.
///
/// All prices of the model are in basis points of the reference, so σ is the feed's volatility as it stands,
/// and offsets come out ready to send. Inventory is q = position / `lotQuantity`.
public struct GLFTMaker: Strategy {
  public struct Parameters: StrategyParameters {
    /// γ, aversion to inventory, 1/bps per lot.
    @Live(0.000_001...10, unit: "1/bps per lot") public var gamma = 0.01
    /// k, how fast fills thin out with the distance, 1/bps.
    @Live(0.001...100, unit: "1/bps") public var k = 0.5
    /// A, fills a second of a quote at the reference price.
    @Live(0.000_1...10_000, unit: "fills/s") public var a = 1.0
    /// One lot: the size of a level, base units.
    @Live(0.000_000_01...1_000_000_000, unit: "base units") public var lotQuantity = 0.01
    /// The largest inventory either way, lots.
    @Live(1...500) public var maxInventoryLots = 20
    /// Quotes a side, a lot each.
    @Live(1...16) public var levels = 3
    /// Distance between neighbouring levels, bps.
    @Live(0.001...1_000) public var levelStepBps = 1.0
    /// No quote is nearer to the reference than this, bps: it must earn its fees.
    @Live(0...1_000) public var minHalfSpreadBps = 0.0
    /// Smaller moves leave the quotes where they are, bps.
    @Live(0...100) public var requoteThresholdBps = 0.5
    /// Quotes not renewed within this are pulled, ms.
    @Live(10...60_000) public var quoteLifeMillis = 1_000
    /// Standard errors added to the volatility, for the case that it is underestimated.
    @Live(0...5, unit: "standard errors") public var volatilityZ = 1.0
    /// The least volatility quoted with, bps/√s: a market that has not moved yet is not without risk.
    @Live(0.000_1...100) public var minVolatilityBps = 0.01
    /// 1 takes the exact stationary solution instead of the closed form, which errs at large inventories.
    @Fixed(0...1) public var eigenvector = 0

    public init() {}
  }

  /// The exact solution is computed anew when the volatility has moved by more than this share of what it
  /// was.
  static let resolveShare = 0.05

  public static let kind = "glft"
  public static let inputs: Inputs = [.top("quoted"), .metrics("quoted")]

  private var table: QuoteTable?
  private var tableVolatilityBps = 0.0
  /// What the table was solved for, besides the volatility.
  private var tableParameters = Parameters()
  /// How often the exact solution was computed.
  package private(set) var solutions = 0

  public init() {}

  public static func mostOrders(_ parameters: Parameters) -> Int { 2 * parameters.levels }

  public mutating func on(
    _ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs
  ) throws(StrategyFault) {
    guard let metrics = try context.metrics("quoted"), metrics.state == .live,
      try context.standing("quoted") == .live, let position = context.position,
      let volatility = metrics.volatilityBps, let uncertainty = metrics.volatilityUncertaintyBps,
      volatility >= 0, uncertainty >= 0
    else {
      out.pull("quoted")
      return
    }
    let parameters = context.parameters
    let lot = try context.quantity(parameters.lotQuantity, of: "quoted")
    guard lot.isPositive else {
      throw .invalidOutput("a lot of \(parameters.lotQuantity) is below the least size")
    }
    let sigma = max(parameters.minVolatilityBps, volatility + parameters.volatilityZ * uncertainty)
    let inventory = Double(position.quantity.raw) / Double(lot.raw)
    let offsets: QuoteOffsets
    do throws(ModelError) {
      offsets = try self.offsets(sigma, inventory, parameters)
    } catch {
      throw .model(error)
    }
    let ladder = try ladder(offsets, position.quantity, lot, context.instrument("quoted"), parameters)
    if ladder.isEmpty {
      out.pull("quoted")
      return
    }
    out.quote(
      "quoted", ladder, around: .microPrice, validFor: .milliseconds(parameters.quoteLifeMillis),
      requoteThresholdBps: parameters.requoteThresholdBps)
  }

  /// The model's offsets at an inventory in lots.
  private mutating func offsets(
    _ sigma: Double, _ inventory: Double, _ parameters: Parameters
  ) throws(ModelError) -> QuoteOffsets {
    let model = try GLFT(
      volatilityPerRootSecond: sigma, fillsPerSecond: parameters.a, fillDecayPerOffset: parameters.k,
      riskAversion: parameters.gamma)
    guard parameters.eigenvector == 1 else { return try model.closedForm(inventoryLots: inventory) }
    let moved = (sigma - tableVolatilityBps).magnitude > Self.resolveShare * tableVolatilityBps
    if table == nil || moved || isOutdated(parameters) {
      table = try model.stationary(inventoryLimitLots: parameters.maxInventoryLots)
      tableVolatilityBps = sigma
      tableParameters = parameters
      solutions += 1
    }
    guard let table else { preconditionFailure("the table was solved just now") }
    // Beyond the limit the table answers as at the limit, so the bound only keeps the conversion safe.
    let bounded = min(max(inventory, -1_000), 1_000)
    return table.quotes(inventoryLots: Int(bounded.rounded()))
  }

  /// Whether a parameter of the model was set since the table was solved.
  private func isOutdated(_ now: Parameters) -> Bool {
    let then = tableParameters
    return then.gamma != now.gamma || then.k != now.k || then.a != now.a
      || then.maxInventoryLots != now.maxInventoryLots
  }

  /// A lot a level, nearest first, as far as the room up to the limit goes.
  private func ladder(
    _ offsets: QuoteOffsets, _ position: Quantity, _ lot: Quantity, _ instrument: Instrument,
    _ parameters: Parameters
  ) throws(StrategyFault) -> QuoteLadder {
    guard let limit = lot.times(Int64(parameters.maxInventoryLots)),
      let bidRoom = limit.subtracting(position), let askRoom = limit.adding(position)
    else {
      throw .invalidOutput("a position of \(position) with lots of \(lot) leaves the range of quantities")
    }
    var ladder = QuoteLadder()
    if let offset = offsets.bidOffset { fill(&ladder.bids, offset, bidRoom, lot, instrument, parameters) }
    if let offset = offsets.askOffset { fill(&ladder.asks, offset, askRoom, lot, instrument, parameters) }
    return ladder
  }

  private func fill(
    _ side: inout QuoteLevels, _ offset: Double, _ room: Quantity, _ lot: Quantity,
    _ instrument: Instrument, _ parameters: Parameters
  ) {
    var left = room
    let first = max(offset, parameters.minHalfSpreadBps)
    for level in 0..<parameters.levels {
      let size = instrument.roundDown(min(lot, left))
      guard size.isPositive, size >= instrument.minQuantity else { return }
      side.append(
        QuoteLevel(offsetBps: first + Double(level) * parameters.levelStepBps, quantity: size))
      left -= size
    }
  }
}
