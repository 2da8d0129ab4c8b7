import LinearAlgebra

/// Counts the transitions of a quote stream and fits the micro-price from them. Every transition is counted
/// twice, as seen and with bid and ask exchanged (the paper's symmetrisation), without which the series of
/// adjustments diverges. Observing does not allocate; fitting does.
public struct MicroPriceEstimator: Equatable, Sendable {
  public let grid: MicroPriceGrid
  /// Moves of the mid up to this many half ticks are counted; the paper's 2 is right where a tick is large,
  /// small ticks need more.
  public let maximumMoveHalfTicks: Int
  /// Transitions used, and those left out: a mid that jumped further, or a state off the grid.
  public private(set) var usedCount = 0
  public private(set) var discardedCount = 0

  private var stayCounts: [Int]
  private var moveCounts: [Int]
  private var moveToCounts: [Int]
  private var lastState: Int?
  private var lastMidHalfTicks: Int64 = 0

  /// Throws `outOfRange` unless 1 … 1000 half ticks are counted as a move.
  public init(grid: MicroPriceGrid, maximumMoveHalfTicks: Int = 2) throws(ModelError) {
    guard maximumMoveHalfTicks >= 1 && maximumMoveHalfTicks <= 1000 else {
      throw .outOfRange("largest move", value: Double(maximumMoveHalfTicks), allowed: "1 ... 1000 half ticks")
    }
    self.grid = grid
    self.maximumMoveHalfTicks = maximumMoveHalfTicks
    stayCounts = Array(repeating: 0, count: grid.stateCount * grid.stateCount)
    moveCounts = Array(repeating: 0, count: grid.stateCount * 2 * maximumMoveHalfTicks)
    moveToCounts = stayCounts
  }

  /// −n … −1 and 1 … n half ticks are columns 0 … 2n − 1.
  private func column(_ change: Int64) -> Int {
    Int(change) + maximumMoveHalfTicks - (change > 0 ? 1 : 0)
  }

  /// Takes in the next best quote. A quote off the grid (locked, crossed, wide, empty) interrupts the chain:
  /// the transition into it and out of it are discarded. Prices in ticks; throws `outOfRange` beyond ±2^60.
  public mutating func observe(
    bidTicks: Int64, askTicks: Int64, bidSize: Double, askSize: Double
  ) throws(ModelError) {
    guard bidTicks.magnitude <= 1 << 60 && askTicks.magnitude <= 1 << 60 else {
      throw .outOfRange("price in ticks", value: Double(max(bidTicks, askTicks)), allowed: "±2^60")
    }
    let mid = bidTicks + askTicks
    let state = grid.state(bidSize: bidSize, askSize: askSize, spreadTicks: askTicks - bidTicks)
    defer { (lastState, lastMidHalfTicks) = (state, mid) }
    guard let from = lastState else { return }
    let change = mid - lastMidHalfTicks
    guard let to = state, change.magnitude <= UInt64(maximumMoveHalfTicks) else {
      discardedCount += 1
      return
    }
    usedCount += 1
    count(from: from, to: to, change: change)
    count(from: grid.mirrored(from), to: grid.mirrored(to), change: -change)
  }

  /// Ends the chain, as at a gap in the feed: the next quote starts a new one.
  public mutating func interrupt() { lastState = nil }

  private mutating func count(from: Int, to: Int, change: Int64) {
    let cell = from * grid.stateCount + to
    if change == 0 {
      stayCounts[cell] += 1
    } else {
      moveToCounts[cell] += 1
      moveCounts[from * 2 * maximumMoveHalfTicks + column(change)] += 1
    }
  }

  /// The transition probabilities of the states that were observed; with them, which states those are.
  public func chain() throws(ModelError) -> (chain: MicroPriceChain, states: [Int]) {
    let count = grid.stateCount
    func total(_ state: Int) -> Int {
      let row = state * count..<(state + 1) * count
      return stayCounts[row].reduce(0, +) + moveToCounts[row].reduce(0, +)
    }
    let states = (0..<count).filter { total($0) > 0 }
    try Domain.atLeast(2, states.count, "observed states")
    var stay = Matrix(rowCount: states.count, columnCount: states.count)
    var moveTo = stay
    let moves = (-maximumMoveHalfTicks...maximumMoveHalfTicks).filter { $0 != 0 }
    var move = Matrix(rowCount: states.count, columnCount: moves.count)
    for (row, from) in states.enumerated() {
      let seen = Double(total(from))
      for (column, to) in states.enumerated() {
        stay[row, column] = Double(stayCounts[from * count + to]) / seen
        moveTo[row, column] = Double(moveToCounts[from * count + to]) / seen
      }
      for column in moves.indices {
        move[row, column] = Double(moveCounts[from * moves.count + column]) / seen
      }
      // A last state that is never left leads to states without a row of their own.
      let kept = (0..<states.count).reduce(0) { $0 + stay[row, $1] + moveTo[row, $1] }
      guard kept > 1 - 1e-9 else { throw .degenerate("state \(from) leads to states that are never left") }
    }
    let chain = try MicroPriceChain(
      stay: stay, move: move, moves: moves.map { Double($0) / 2 }, moveTo: moveTo)
    return (chain, states)
  }

  /// The fitted table, with the series cut after `terms` terms. Throws `tooFew` before two states were seen
  /// and `degenerate` while some state has never been followed by a move of the mid.
  public func fit(terms: Int = 6) throws(ModelError) -> MicroPrice {
    let (chain, states) = try chain()
    let values = try chain.adjustments(terms: terms)
    var table = [Double?](repeating: nil, count: grid.stateCount)
    for (row, state) in states.enumerated() { table[state] = values[row] }
    return try MicroPrice(grid: grid, adjustmentTicks: table)
  }
}
