import Models

/// Arrivals of market orders: trades of one side in one millisecond are one order. Fitted as one
/// self-exciting process and as two that excite each other.
package struct OrderFlowStudy {
  package let buys: [Double]
  package let sells: [Double]
  package let all: [Double]
  package let until: Double
  package let univariate: HawkesFit.Univariate
  package let bivariate: HawkesFit.Bivariate
  /// Compensator increments of the univariate fit, sorted, and of a Poisson process of the same rate.
  package let residuals: [Double]
  package let poissonResiduals: [Double]
  package let poissonGoodness: KolmogorovSmirnov

  package init(_ tape: Tape) throws {
    let trades = tape.trades.sorted { $0.millis < $1.millis }
    guard let first = trades.first, let last = trades.last else {
      throw ModelError.tooFew("trades", have: 0, need: 1)
    }
    let start = first.millis - 1
    func seconds(_ trades: [Tape.Trade]) -> [Double] {
      var result: [Double] = []
      for trade in trades {
        let time = Double(trade.millis - start) / 1000
        if result.last != time { result.append(time) }
      }
      return result
    }
    buys = seconds(trades.filter(\.isBuy))
    sells = seconds(trades.filter { !$0.isBuy })
    all = seconds(trades)
    until = Double(last.millis - start) / 1000
    univariate = try HawkesFit.univariate(times: all, until: until)
    bivariate = try HawkesFit.bivariate(buys: buys, sells: sells, until: until)
    residuals = try Self.gaps(univariate.model.compensator(times: all, until: until).dropLast())
    let rate = Double(all.count) / until
    poissonResiduals = Self.gaps(all.map { $0 * rate }[...])
    poissonGoodness = try KolmogorovSmirnov(exponential: poissonResiduals)
  }

  private static func gaps(_ values: ArraySlice<Double>) -> [Double] {
    zip(values, [0] + values).map { $0 - $1 }
  }
}
