import LinearAlgebra
import Models
import Testing

/// The four-state chain of the reference: (spread 1, low), (1, high), (2, low), (2, high).
private func chain(stay: [[Double]]? = nil) throws -> MicroPriceChain {
  try MicroPriceChain(
    stay: Matrix(rows: stay ?? [[0.5, 0.2, 0, 0], [0.2, 0.5, 0, 0], [0, 0, 0.3, 0.1], [0, 0, 0.1, 0.3]]),
    move: Matrix(rows: [
      [0.10, 0.15, 0.04, 0.01], [0.01, 0.04, 0.15, 0.10], [0.10, 0.30, 0.15, 0.05], [0.05, 0.15, 0.30, 0.10],
    ]), moves: [-0.01, -0.005, 0.005, 0.01],
    moveTo: Matrix(rows: [
      [0.08, 0.02, 0.14, 0.06], [0.02, 0.08, 0.06, 0.14], [0.28, 0.12, 0.13, 0.07], [0.12, 0.28, 0.07, 0.13],
    ]))
}

@Test func microPriceSeriesOfTheReferenceChain() throws {
  let expected: [(Int, Double, Double)] = [
    (1, 0.002071429, 0.0015625), (2, 0.002427551, 0.002093973), (6, 0.002545239, 0.002239157),
    (200, 0.002545573, 0.002239583),
  ]
  for (terms, narrow, wide) in expected {
    expectClose(try chain().adjustments(terms: terms), [-narrow, narrow, -wide, wide], absolute: 5.1e-10)
  }
}

@Test func theReferenceChainKeepsAnEigenvalueOne() throws {
  // B = (1 − Q)⁻¹ R₂ is stochastic; without symmetry the part of G along its eigenvector would never die out.
  let chain = try chain()
  let b = try (Matrix.identity(order: 4) - chain.stay).solve(chain.moveTo)
  expectClose(b * [1, 1, 1, 1], [1, 1, 1, 1], absolute: 1e-14)
}

@Test func probabilitiesMustBeProbabilities() throws {
  #expect(throws: ModelError.self) {
    try chain(stay: [[0.5, 0.3, 0, 0], [0.2, 0.5, 0, 0], [0, 0, 0.3, 0.1], [0, 0, 0.1, 0.3]])
  }
  #expect(throws: ModelError.self) {
    try chain(stay: [[0.9, -0.2, 0, 0], [0.2, 0.5, 0, 0], [0, 0, 0.3, 0.1], [0, 0, 0.1, 0.3]])
  }
  #expect(throws: ModelError.self) { try chain(stay: [[1]]) }
  #expect(throws: ModelError.self) { try chain().adjustments(terms: 0) }
  let frozen = try MicroPriceChain(
    stay: .identity(order: 2), move: Matrix(rowCount: 2, columnCount: 1), moves: [1],
    moveTo: Matrix(rowCount: 2, columnCount: 2))
  #expect(throws: ModelError.degenerate("1 - Q is singular")) { try frozen.adjustments(terms: 6) }
}

@Test func statesAreBucketsOfTheBidShareAndTheSpread() throws {
  let grid = try MicroPriceGrid(imbalanceBuckets: 5, maximumSpreadTicks: 2)
  #expect(grid.state(bidSize: 0, askSize: 1, spreadTicks: 1) == 0)
  #expect(grid.state(bidSize: 1, askSize: 0, spreadTicks: 1) == 4)
  #expect(grid.state(bidSize: 1, askSize: 1, spreadTicks: 2) == 7)
  for spread in [Int64(0), -1, 3, .min, .max] {
    #expect(grid.state(bidSize: 1, askSize: 1, spreadTicks: spread) == nil)
  }
  for bad in [Double.nan, .infinity, -1] {
    #expect(grid.state(bidSize: bad, askSize: 1, spreadTicks: 1) == nil)
    #expect(grid.state(bidSize: 1, askSize: bad, spreadTicks: 1) == nil)
  }
  #expect(grid.state(bidSize: 0, askSize: 0, spreadTicks: 1) == nil)
  for state in 0..<grid.stateCount { #expect(grid.mirrored(grid.mirrored(state)) == state) }
  #expect(throws: ModelError.self) { try MicroPriceGrid(imbalanceBuckets: 1, maximumSpreadTicks: 1) }
  #expect(throws: ModelError.self) { try MicroPriceGrid(imbalanceBuckets: 100, maximumSpreadTicks: 6) }
}

/// Quotes that walk the reference chain's law: drawn state by state.
private func walk(
  steps: Int, seed: UInt64, into estimator: inout MicroPriceEstimator
) throws {
  let chain = try chain()
  var random = SystemlessGenerator(seed: seed)
  var (state, midHalfTicks) = (0, Int64(4000))
  // Moves of a given state must fit the spread's parity: an odd spread has its mid on a half tick.
  for _ in 0..<steps {
    let spread = Int64(state / 2 + 1)
    let bid = (midHalfTicks - spread) / 2
    let high = state % 2 == 1
    try estimator.observe(
      bidTicks: bid, askTicks: bid + spread, bidSize: high ? 3 : 1, askSize: high ? 1 : 3)
    var u = random.unit()
    var target = 0
    var moved = false
    search: for kind in 0..<2 {
      for next in 0..<4 {
        let probability = kind == 0 ? chain.stay[state, next] : chain.moveTo[state, next]
        if u < probability {
          (target, moved) = (next, kind == 1)
          break search
        }
        u -= probability
      }
    }
    if moved {
      // By a half tick when the spread's parity changes, by a whole one when it does not; up more often if
      // high.
      let up = random.unit() < (high ? 0.8 : 0.2)
      let size: Int64 = (target / 2 == state / 2) ? 2 : 1
      midHalfTicks += up ? size : -size
    }
    state = target
  }
}

@Test func theEstimatorRecoversTheChainItWalked() throws {
  let grid = try MicroPriceGrid(imbalanceBuckets: 2, maximumSpreadTicks: 2)
  var estimator = try MicroPriceEstimator(grid: grid)
  let seed: UInt64 = 5
  try walk(steps: 200_000, seed: seed, into: &estimator)
  #expect(estimator.usedCount == 199_999 && estimator.discardedCount == 0)
  let (found, states) = try estimator.chain()
  #expect(states == [0, 1, 2, 3])
  let law = try chain()
  for row in 0..<4 {
    for column in 0..<4 {
      #expect(agrees(found.stay[row, column], law.stay[row, column], absolute: 0.01), "seed \(seed)")
      #expect(agrees(found.moveTo[row, column], law.moveTo[row, column], absolute: 0.01), "seed \(seed)")
    }
  }
  // The mid moves by a whole tick when the spread stays and by half a tick when it changes; see `walk`.
  let moves = (0..<4).map { state in
    let up = state % 2 == 1 ? 0.8 : 0.2
    let whole = (0..<4).reduce(0) { $0 + ($1 / 2 == state / 2 ? law.moveTo[state, $1] : 0) }
    let half = (0..<4).reduce(0) { $0 + ($1 / 2 != state / 2 ? law.moveTo[state, $1] : 0) }
    return [(1 - up) * whole, (1 - up) * half, up * half, up * whole]
  }
  let exact = try MicroPriceChain(
    stay: law.stay, move: Matrix(rows: moves), moves: [-1, -0.5, 0.5, 1], moveTo: law.moveTo
  ).adjustments(terms: 6)
  let micro = try estimator.fit()
  for spread in Int64(1)...2 {
    let low = try #require(micro.adjustmentTicks(bidSize: 1, askSize: 3, spreadTicks: spread))
    let high = try #require(micro.adjustmentTicks(bidSize: 3, askSize: 1, spreadTicks: spread))
    // Symmetrised: high and low imbalance mirror each other exactly, and more bids push up.
    #expect(agrees(high, -low, absolute: 1e-12))
    #expect(agrees(high, exact[Int(spread) * 2 - 1], absolute: 0.01), "seed \(seed)")
  }
  #expect(micro.adjustmentTicks(bidSize: 3, askSize: 1, spreadTicks: 11) == nil)
}

@Test func jumpsGapsAndUnknownStatesAreLeftOut() throws {
  var estimator = try MicroPriceEstimator(
    grid: MicroPriceGrid(imbalanceBuckets: 2, maximumSpreadTicks: 1))
  #expect(throws: ModelError.self) { try estimator.fit() }
  try estimator.observe(bidTicks: 10, askTicks: 11, bidSize: 1, askSize: 2)
  try estimator.observe(bidTicks: 14, askTicks: 15, bidSize: 1, askSize: 2)
  #expect(estimator.usedCount == 0 && estimator.discardedCount == 1)
  try estimator.observe(bidTicks: 14, askTicks: 14, bidSize: 1, askSize: 2)
  try estimator.observe(bidTicks: 14, askTicks: 15, bidSize: 1, askSize: 2)
  #expect(estimator.usedCount == 0 && estimator.discardedCount == 2)
  try estimator.observe(bidTicks: 15, askTicks: 16, bidSize: 1, askSize: 2)
  #expect(estimator.usedCount == 1)
  estimator.interrupt()
  try estimator.observe(bidTicks: 15, askTicks: 16, bidSize: 2, askSize: 1)
  #expect(estimator.usedCount == 1 && estimator.discardedCount == 2)
  #expect(throws: ModelError.self) {
    try estimator.observe(bidTicks: .max, askTicks: 16, bidSize: 2, askSize: 1)
  }
}

@Test func markOutIsTheMeanMoveAgainstUs() throws {
  var model = try MarkOut(horizonNanos: 10, gain: 0.5, capacity: 2)
  #expect(model.adverseMove == nil && model.impactPerFill == nil)
  try model.update(mid: 100, atNanos: 0)
  try model.fill(bought: true, mid: 100, atNanos: 0)
  try model.update(mid: 99, atNanos: 9)
  #expect(model.adverseMove == nil)
  // At 12 the mid in force at 10 was still 99: one against us.
  try model.update(mid: 90, atNanos: 12)
  #expect(model.adverseMove == 1 && model.count == 1)
  try model.fill(bought: false, mid: 90, atNanos: 12)
  try model.update(mid: 93, atNanos: 22)
  // Weights of gain ½: the newer mark-out 3 counts twice the older 1.
  expectClose(model.adverseMove, 7.0 / 3, relative: 1e-14)
  for _ in 0..<5 { try model.fill(bought: true, mid: 93, atNanos: 22) }
  #expect(model.droppedCount == 3)
  try model.update(mid: 200, atNanos: 40)
  try model.update(mid: 200, atNanos: 41)
  #expect(model.count == 4)
  try model.fill(bought: true, mid: 100, atNanos: 41)
  try model.update(mid: 900, atNanos: 51)
  let adverse = try #require(model.adverseMove)
  #expect(adverse < 0 && model.impactPerFill == 0)
  #expect(throws: ModelError.outOfOrder("time of the mark-out", at: 0)) {
    try model.update(mid: 1, atNanos: 50)
  }
  for bad in [Double.nan, .infinity, 0, -1] {
    #expect(throws: ModelError.self) { try model.update(mid: bad, atNanos: 60) }
    #expect(throws: ModelError.self) { try model.fill(bought: true, mid: bad, atNanos: 60) }
    #expect(throws: ModelError.self) { try MarkOut(horizonNanos: 1, gain: bad) }
  }
  #expect(throws: ModelError.self) { try MarkOut(horizonNanos: 0, gain: 0.1) }
  #expect(throws: ModelError.self) { try MarkOut(horizonNanos: 1, gain: 0.1, capacity: 0) }
}
