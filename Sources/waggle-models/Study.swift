import Glibc
import Models

/// Runs every estimator on a recording, draws what it found and writes the numbers and the inputs it used, so
/// that an independent implementation can be run on the same inputs.
struct Study {
  let tape: Tape
  let folder: String

  func run() throws {
    let volatility = try VolatilityStudy(tape)
    let flow = try OrderFlowStudy(tape)
    let fills = try FillIntensityStudy(tape)
    let micro = try MicroPriceStudy(tape)
    try write("volatility.svg", plot(volatility))
    try write("hawkes.svg", plot(flow))
    try write("fill-intensity.svg", plot(fills))
    try write("micro-price.svg", plot(micro))
    try write("results.csv", results(volatility, flow, fills, micro))
    try writeInputs(volatility, flow)
    print(results(volatility, flow, fills, micro), terminator: "")
  }

  private func plot(_ study: VolatilityStudy) -> String {
    var plot = Plot(
      title: "Volatility of the mid: EWMA with a half-life of 30 s and its standard error",
      xLabel: "seconds", yLabel: "bps / sqrt(s)")
    let (x, sigma) = (study.path.map(\.seconds), study.path.map(\.sigma))
    let lower = study.path.map { max(0, $0.sigma - $0.error) }
    plot.series.append(
      .init(
        name: "± one standard error", color: "#7aa6d8", x: x, y: study.path.map { $0.sigma + $0.error },
        mark: .band(lower: lower)))
    plot.series.append(.init(name: "EWMA", color: "#1f4e8c", x: x, y: sigma, mark: .line))
    let colors = ["#b03030", "#30903a", "#a05fb0", "#d08a20", "#555", "#0a8f8f", "#c04f90"]
    for (estimate, color) in zip(study.estimates.dropFirst(), colors) {
      guard let first = x.first, let last = x.last else { continue }
      plot.series.append(
        .init(
          name: "\(estimate.name): \(Number.fixed(estimate.sigma, 3))", color: color, x: [first, last],
          y: [estimate.sigma, estimate.sigma], mark: .line))
    }
    return plot.svg
  }

  private func plot(_ study: OrderFlowStudy) -> String {
    var plot = Plot(
      title: "Market orders: waiting times in the fitted time of the process",
      xLabel: "quantile of the exponential law", yLabel: "quantile of the compensator increments")
    let count = 200
    let law = (0..<count).map { index in -log1p(-(Double(index) + 0.5) / Double(count)) }
    func quantiles(_ sample: [Double]) -> [Double] {
      let sorted = sample.sorted()
      return (0..<count).map { sorted[Int((Double($0) + 0.5) / Double(count) * Double(sorted.count))] }
    }
    let fit = study.univariate
    plot.series.append(.init(name: "the law itself", color: "#999", x: law, y: law, mark: .line))
    plot.series.append(
      .init(
        name: "Hawkes, KS \(Number.fixed(fit.goodness.distance, 3))", color: "#1f4e8c", x: law,
        y: quantiles(study.residuals), mark: .line))
    plot.series.append(
      .init(
        name: "Poisson, KS \(Number.fixed(study.poissonGoodness.distance, 3))", color: "#b03030", x: law,
        y: quantiles(study.poissonResiduals), mark: .line))
    let (ratio, decay) = (fit.model.branchingRatio, fit.model.decayPerSecond)
    plot.notes.append("\(study.all.count) orders, branching ratio \(Number.fixed(ratio, 3))")
    plot.notes.append("decay \(Number.fixed(decay, 2)) per second")
    return plot.svg
  }

  private func plot(_ study: FillIntensityStudy) -> String {
    var plot = Plot(
      title: "How deep market orders reach, and A exp(-k depth) over the near range",
      xLabel: "depth from the mid, ticks", yLabel: "ln of fills per second")
    for (side, colors) in zip(study.sides, [("#1f4e8c", "#7aa6d8"), ("#b03030", "#e09a9a")]) {
      let near = side.points.filter { $0.count >= 5 }
      plot.series.append(
        .init(
          name: side.name, color: colors.0, x: near.map(\.depth), y: near.map { log($0.rate) }, mark: .points)
      )
      let range = FillIntensityStudy.nearBins
      let ends = [Double(range.lowerBound), Double(range.upperBound - 1)].map {
        $0 * FillIntensityStudy.binWidth
      }
      let (a, k) = (side.fit.fillsPerSecond, side.fit.fillDecayPerOffset)
      let name = "A \(Number.fixed(a, 2)) /s, k \(Number.fixed(k, 4)) /tick"
      let line = ends.map { log(a) - k * $0 }
      plot.series.append(.init(name: name, color: colors.1, x: ends, y: line, mark: .line))
    }
    return plot.svg
  }

  private func plot(_ study: MicroPriceStudy) -> String {
    var plot = Plot(
      title: "Micro-price: adjustment of the mid by imbalance at a spread of one tick",
      xLabel: "bid's share of both best sizes", yLabel: "ticks")
    let x = study.buckets.map(\.imbalance)
    plot.series.append(
      .init(
        name: "± two standard errors", color: "#e09a9a", x: x,
        y: study.buckets.map { $0.realised + 2 * $0.error },
        mark: .band(lower: study.buckets.map { $0.realised - 2 * $0.error })))
    plot.series.append(
      .init(
        name: "mid's mean move over 0.5 s", color: "#b03030", x: x, y: study.buckets.map(\.realised),
        mark: .points))
    plot.series.append(
      .init(
        name: "micro-price, six terms", color: "#1f4e8c", x: x, y: study.buckets.map(\.adjustment),
        mark: .line))
    plot.notes.append("\(study.usedCount) transitions, \(study.discardedCount) left out")
    return plot.svg
  }
}

// MARK: - Numbers

extension Study {
  private func results(
    _ volatility: VolatilityStudy, _ flow: OrderFlowStudy, _ fills: FillIntensityStudy,
    _ micro: MicroPriceStudy
  ) -> String {
    var rows: [(String, Double)] = volatility.estimates.map { ("volatility, \($0.name)", $0.sigma) }
    rows.append(("jump statistic", volatility.jumpStatistic))
    rows.append(("jump share", volatility.jumpShare))
    let model = flow.univariate.model
    rows.append(("hawkes base rate", model.baseRatePerSecond))
    rows.append(("hawkes branching ratio", model.branchingRatio))
    rows.append(("hawkes decay", model.decayPerSecond))
    rows.append(("hawkes log-likelihood", flow.univariate.logLikelihood))
    rows.append(("hawkes KS distance", flow.univariate.goodness.distance))
    rows.append(("poisson KS distance", flow.poissonGoodness.distance))
    let pair = flow.bivariate
    rows.append(("bivariate log-likelihood", pair.logLikelihood))
    rows.append(("bivariate decay", pair.model.decayPerSecond))
    rows.append(("bivariate spectral radius", pair.model.spectralRadius))
    rows.append(("bivariate KS distance, buys", pair.buyGoodness.distance))
    rows.append(("bivariate KS distance, sells", pair.sellGoodness.distance))
    for side in fills.sides {
      rows.append(("A, \(side.name)", side.fit.fillsPerSecond))
      rows.append(("k, \(side.name)", side.fit.fillDecayPerOffset))
      rows.append(("R2, \(side.name)", side.fit.rSquared))
    }
    for bucket in micro.buckets {
      rows.append(("micro-price at \(Number.fixed(bucket.imbalance, 2))", bucket.adjustment))
    }
    return rows.map { "\"\($0.0)\",\($0.1)\n" }.joined()
  }

  /// Inputs as the estimators saw them: quotes, trades, bars, returns and order times.
  private func writeInputs(_ volatility: VolatilityStudy, _ flow: OrderFlowStudy) throws {
    try write(
      "input-quotes.csv",
      tape.quotesByTime.map {
        "\($0.millis),\($0.bidTicks),\($0.askTicks),\($0.bidSize),\($0.askSize)\n"
      }.joined())
    try write(
      "input-events.csv",
      tape.events.map { event in
        switch event {
        case .quote(let quote): "\(quote.millis),q,\(quote.midHalfTicks),0\n"
        case .trade(let trade): "\(trade.millis),t,\(trade.ticks),\(trade.isBuy ? 1 : -1)\n"
        }
      }.joined())
    try write(
      "input-bars.csv", volatility.bars.map { "\($0.open),\($0.high),\($0.low),\($0.close)\n" }.joined())
    try write("input-returns.csv", volatility.returns.map { "\($0)\n" }.joined())
    try write(
      "input-orders.csv", flow.buys.map { "\($0),1\n" }.joined() + flow.sells.map { "\($0),-1\n" }.joined())
  }

  private func write(_ name: String, _ text: String) throws {
    let path = folder + "/" + name
    guard let file = fopen(path, "w") else { throw StudyError.cannotWrite(path, errno) }
    let written = fputs(text, file)
    guard fclose(file) == 0, written >= 0 else { throw StudyError.cannotWrite(path, errno) }
  }
}

enum StudyError: Error, CustomStringConvertible {
  case cannotWrite(String, Int32)

  var description: String {
    switch self {
    case .cannotWrite(let path, let code): "cannot write \(path): \(String(cString: strerror(code)))"
    }
  }
}
