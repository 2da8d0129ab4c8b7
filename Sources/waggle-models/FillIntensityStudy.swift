import Models

/// How deep market orders reach: λ(δ) on each side, and A exp(−k δ) fitted over the near range, δ in ticks
/// from the mid before the trade.
package struct FillIntensityStudy {
  package struct Side {
    package let name: String
    package let points: [(depth: Double, rate: Double, count: Int)]
    package let fit: FillIntensity.Fit
  }

  package static let stepNanos: Int64 = 500_000_000
  package static let binWidth = 5.0
  package static let binCount = 120
  /// Bins of the near range: 0 … 150 ticks. Beyond it lie a few sweeps of the book, which follow another law.
  package static let nearBins = 1..<31

  package let sides: [Side]

  package init(_ tape: Tape) throws {
    var models = try (0..<2).map { _ in
      try FillIntensity(stepNanos: Self.stepNanos, binWidth: Self.binWidth, binCount: Self.binCount)
    }
    var midHalfTicks: Int64?
    var end: Int64 = 0
    for event in tape.events {
      end = event.millis * 1_000_000
      switch event {
      case .quote(let quote): midHalfTicks = quote.midHalfTicks
      case .trade(let trade):
        guard let mid = midHalfTicks else { continue }
        let distance = Double(2 * trade.ticks - mid) / 2
        try models[trade.isBuy ? 0 : 1].record(depth: trade.isBuy ? distance : -distance, atNanos: end)
      }
    }
    var sides: [Side] = []
    for (index, name) in ["asks, lifted by buys", "bids, hit by sells"].enumerated() {
      try models[index].advance(toNanos: end)
      let model = models[index]
      let points = (0..<Self.binCount).compactMap { bin in
        model.intensity(bin: bin).map { (Double(bin) * Self.binWidth, $0, model.reachedCount(bin: bin)) }
      }
      sides.append(Side(name: name, points: points, fit: try model.fit(bins: Self.nearBins)))
    }
    self.sides = sides
  }
}
