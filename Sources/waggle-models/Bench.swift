import Models
import Trading

/// The streaming models at work, on inputs made in memory beforehand. The same inputs (same seeds, same
/// arithmetic) feed the implementations in scripts/models-bench.py.
package struct Bench {
  /// What is done with a model's run: its name, how many updates it makes, and the run itself, whose result
  /// depends on every update, so that none can be left out.
  package typealias Observer = (_ name: String, _ updates: Int, _ run: () throws -> Double) throws -> Void

  private let count: Int
  private let observe: Observer
  private let prices: [Double]
  private let nanos: [Int64]
  private let sizes: [Double]
  private let returns: [Double]

  package init(count: Int, observe: @escaping Observer) {
    self.count = count
    self.observe = observe
    var random = SplitMix64(seed: 1)
    var (price, time) = (30_000.0, Int64(0))
    var (prices, nanos, sizes, returns) = ([Double](), [Int64](), [Double](), [Double]())
    for _ in 0..<count {
      let step = (random.unit() - 0.5) * 2
      price += step
      time += 1 + Int64(random.unit() * 20_000_000)
      prices.append(price)
      nanos.append(time)
      sizes.append(1 + random.unit() * 9)
      returns.append(step / 30_000)
    }
    (self.prices, self.nanos, self.sizes, self.returns) = (prices, nanos, sizes, returns)
  }

  package func run() throws {
    try volatility()
    try fairPrice()
    try orderFlow()
    try quoting()
    try risk()
  }

  private func measure(_ name: String, updates: Int? = nil, _ run: () throws -> Double) throws {
    try observe(name, updates ?? count, run)
  }

  private func volatility() throws {
    try measure("EWMA volatility; irregular time") {
      var model = try EWMAVolatility(halfLifeNanos: 30_000_000_000)
      for index in 0..<count { try model.update(price: prices[index], atNanos: nanos[index]) }
      return model.volatilityBpsPerRootSecond ?? 0
    }
    try measure("EWMA variance; regular time") {
      var model = try EWMAVariance(decay: 0.94)
      for index in 0..<count { try model.update(logReturn: returns[index]) }
      return model.variance ?? 0
    }
    try measure("realised and bipower variation") {
      var model = RealisedVariation()
      for index in 0..<count { try model.update(logReturn: returns[index]) }
      return try model.jumpStatistic()
    }
  }

  private func fairPrice() throws {
    let depth = try DepthImbalance()
    try measure("imbalance; 5 levels") {
      var sum = 0.0
      for index in 0..<count - 10 {
        sum += try depth.signed(
          bidSizes: sizes.span.extracting(index..<index + 5),
          askSizes: sizes.span.extracting(index + 5..<index + 10))
      }
      return sum
    }
    try measure("weighted mid") {
      var sum = 0.0
      for index in 1..<count {
        sum += try WeightedMid.price(
          bid: prices[index], bidSize: sizes[index], ask: prices[index] + 0.1, askSize: sizes[index - 1])
      }
      return sum
    }
    let grid = try MicroPriceGrid(imbalanceBuckets: 10, maximumSpreadTicks: 2)
    try measure("micro-price; counting a quote") {
      var model = try MicroPriceEstimator(grid: grid)
      for index in 1..<count {
        let bid = Int64(prices[index])
        try model.observe(bidTicks: bid, askTicks: bid + 1, bidSize: sizes[index], askSize: sizes[index - 1])
      }
      return Double(model.usedCount)
    }
    let table = try MicroPrice(grid: grid, adjustmentTicks: (0..<20).map { Double($0) })
    try measure("micro-price; adjustment of a quote") {
      var sum = 0.0
      for index in 1..<count {
        sum += table.adjustmentTicks(bidSize: sizes[index], askSize: sizes[index - 1], spreadTicks: 1) ?? 0
      }
      return sum
    }
    try measure("mark-out") {
      var model = try MarkOut(horizonNanos: 1_000_000_000, gain: 0.01)
      for index in 0..<count {
        if index % 8 == 0 {
          try model.fill(bought: index % 16 == 0, mid: prices[index], atNanos: nanos[index])
        }
        try model.update(mid: prices[index], atNanos: nanos[index])
      }
      return model.adverseMove ?? 0
    }
  }

  private func orderFlow() throws {
    let hawkes = try Hawkes(baseRatePerSecond: 20, jumpPerSecond: 40, decayPerSecond: 80)
    try measure("Hawkes; event and intensity") {
      var model = HawkesIntensity(model: hawkes)
      var sum = 0.0
      for index in 0..<count {
        try model.update(atNanos: nanos[index])
        sum += try model.intensity(atNanos: nanos[index])
      }
      return sum
    }
    let pair = try BivariateHawkes(
      baseRatePerSecond: .init(buy: 10, sell: 12), buyJumpPerSecond: .init(buy: 30, sell: 10),
      sellJumpPerSecond: .init(buy: 8, sell: 25), decayPerSecond: 80)
    try measure("Hawkes; two sides; event and intensities") {
      var model = BivariateHawkesIntensity(model: pair)
      var sum = 0.0
      for index in 0..<count {
        try model.update(isBuy: sizes[index] > 5, atNanos: nanos[index])
        let rates = try model.intensity(atNanos: nanos[index])
        sum += rates.buy + rates.sell
      }
      return sum
    }
    try measure("fill intensity; a trade's depth") {
      var model = try FillIntensity(stepNanos: 100_000_000, binWidth: 1, binCount: 100)
      for index in 0..<count { try model.record(depth: sizes[index], atNanos: nanos[index]) }
      return Double(model.reachedCount(bin: 5))
    }
  }

  private func quoting() throws {
    let glft = try GLFT(
      volatilityPerRootSecond: 2.5, fillsPerSecond: 1, fillDecayPerOffset: 0.5, riskAversion: 0.01)
    try measure("GLFT; closed form from new volatility") {
      var sum = 0.0
      for index in 0..<count {
        let model = try glft.with(volatilityPerRootSecond: sizes[index])
        sum += try model.closedForm(inventoryLots: Double(index & 7) - 4).bidOffset ?? 0
      }
      return sum
    }
    try measure("GLFT; quotes at new inventory") {
      var sum = 0.0
      for index in 0..<count {
        let quotes = try glft.closedForm(inventoryLots: sizes[index])
        sum += (quotes.bidOffset ?? 0) * (quotes.askOffset ?? 0)
      }
      return sum
    }
    let table = try glft.stationary(inventoryLimitLots: 30)
    try measure("GLFT; exact quotes from the table") {
      var sum = 0.0
      for index in 0..<count {
        let quotes = table.quotes(inventoryLots: Int(sizes[index]) - 5)
        sum += (quotes.bidOffset ?? 0) * (quotes.askOffset ?? 0)
      }
      return sum
    }
    let stoikov = try AvellanedaStoikov(riskAversion: 0.1, volatilityPerRootTime: 2, fillDecayPerOffset: 1.5)
    try measure("Avellaneda-Stoikov; quotes") {
      var sum = 0.0
      for index in 0..<count {
        let quotes = try stoikov.quotes(inventoryLots: sizes[index] - 5, timeLeft: 0.5)
        sum += (quotes.bidOffset ?? 0) * (quotes.askOffset ?? 0)
      }
      return sum
    }
  }

  private func risk() throws {
    try measure("return entropy and temperature; W = 120", updates: count / 10) {
      var model = try ReturnEntropy()
      var sum = 0.0
      for index in 0..<count / 10 {
        try model.update(barReturn: returns[index], baseline: 1.2e-5)
        sum += (model.entropy ?? 0) + (model.temperature ?? 0)
      }
      return sum
    }
    try measure("unitised value and drawdown") {
      var account = try UnitisedValue(equity: prices[0])
      var drawdown = try Drawdown(value: account.value)
      var sum = 0.0
      for index in 0..<count {
        try account.update(equity: prices[index])
        try drawdown.update(value: account.value)
        sum += drawdown.sinceInception
      }
      return sum
    }
  }
}
