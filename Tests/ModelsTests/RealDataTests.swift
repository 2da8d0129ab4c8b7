import Models
import Testing
import waggle_models

// Six minutes of Bitcoin futures, 8 August 2024. Expected values are those of independent implementations in
// Python (numpy, scipy) on the same inputs, see scripts/models-reference.py.

@Test func theTapeHoldsWhatTheRecordingHolds() throws {
  guard let tape = try RecordedData.required() else { return }
  #expect(tape.quotes.count == 66_089 && tape.trades.count == 21_313)
  #expect(tape.quotes.count + tape.trades.count + tape.otherLines == 93_954)
}

@Test func volatilityOfARealMarketIsThatOfTheReference() throws {
  guard let tape = try RecordedData.required() else { return }
  let study = try VolatilityStudy(tape)
  let expected = [
    1.56464281, 1.15347916, 0.981010061, 0.908412767, 0.977174973, 1.0101887, 1.21800115, 0.796901996,
  ]
  expectClose(study.estimates.map(\.sigma), expected, relative: 1e-8)
  expectClose(study.jumpStatistic, 11.7462234, relative: 1e-8)
  expectClose(study.jumpShare, 0.571930355, relative: 1e-8)
  // All estimators look at the same market: none is off by more than a factor of two from another.
  let sigmas = study.estimates.map(\.sigma)
  let (least, largest) = (try #require(sigmas.min()), try #require(sigmas.max()))
  #expect(largest < 2 * least)
  #expect(study.path.count > 300 && study.path.allSatisfy { $0.error > 0 && $0.error < $0.sigma })
}

@Test func realOrdersExciteEachOther() throws {
  guard let tape = try RecordedData.required() else { return }
  let study = try OrderFlowStudy(tape)
  let fit = study.univariate
  expectClose(fit.logLikelihood, 11_018.4212, relative: 1e-8)
  expectClose(fit.model.baseRatePerSecond, 8.17757, relative: 1e-5)
  expectClose(fit.model.branchingRatio, 0.466358, relative: 1e-5)
  expectClose(fit.model.decayPerSecond, 40.3124, relative: 1e-5)
  // Kolmogorov and Smirnov's distance: a fifth for a Poisson process, a twentieth and less for Hawkes.
  expectClose(fit.goodness.distance, 0.0395450, relative: 1e-5)
  expectClose(study.poissonGoodness.distance, 0.20762002, relative: 1e-8)
  let pair = study.bivariate
  expectClose(pair.logLikelihood, 8191.25034, relative: 1e-8)
  expectClose(pair.model.decayPerSecond, 61.0550, relative: 1e-5)
  #expect(pair.logLikelihood > pair.poissonLogLikelihood + 1000)
  // Each side excites itself more than the other does.
  #expect(pair.model.buyJumpPerSecond.buy > pair.model.buyJumpPerSecond.sell)
  #expect(pair.model.sellJumpPerSecond.sell > pair.model.sellJumpPerSecond.buy)
  #expect(pair.buyGoodness.distance < 0.06 && pair.sellGoodness.distance < 0.06)
}

@Test func depthReachedByRealOrdersFallsExponentially() throws {
  guard let tape = try RecordedData.required() else { return }
  let study = try FillIntensityStudy(tape)
  expectClose(study.sides.map(\.fit.fillsPerSecond), [0.360922675, 0.365014785], relative: 1e-8)
  expectClose(study.sides.map(\.fit.fillDecayPerOffset), [0.0235097882, 0.0226565063], relative: 1e-8)
  for side in study.sides { #expect(side.fit.rSquared > 0.95) }
}

@Test func theMicroPriceOfARealBookForecastsItsMid() throws {
  guard let tape = try RecordedData.required() else { return }
  let study = try MicroPriceStudy(tape)
  let expected = [-19.3303109, -14.6279708, -10.4805031, -6.92750999, -2.05726191]
  let adjustments = study.buckets.map(\.adjustment)
  expectClose(adjustments, expected + expected.reversed().map { -$0 }, relative: 1e-8)
  #expect(zip(adjustments, adjustments.dropFirst()).allSatisfy { $0 < $1 }, "more bids, higher price")
  // What the mid did in the next half second lies within three standard errors of it in every bucket.
  for bucket in study.buckets {
    #expect((bucket.realised - bucket.adjustment).magnitude < 3 * bucket.error, "\(bucket)")
  }
  #expect(study.discardedCount * 100 < study.usedCount)
}
