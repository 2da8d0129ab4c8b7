import ActorKit

/// What decides on quotes: market data and own executions in, wishes out, nothing else.
///
/// A strategy is a value with declared inputs and one mutating function. It owns no clock, makes no I/O, and
/// takes chance only from `Outputs.random`, so that the same inputs give the same outputs live, in paper
/// trading and in a simulation. Its wishes are cut or refused further down: by risk, then by the executor.
///
/// ```swift
/// struct Maker: Strategy {
///   struct Parameters: StrategyParameters {
///     @Live(0.1...50) var halfSpreadBps = 2.0
///     @Fixed(0.001...10) var size = 0.01
///   }
///   static let kind = "maker"
///   static let inputs: Inputs = [.metrics("quoted"), .timer("requote", .milliseconds(250))]
///   mutating func on(
///     _ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs
///   ) throws(StrategyFault) {
///     let size = try context.quantity(context.parameters.size, of: "quoted")
///     let level = QuoteLevel(offsetBps: context.parameters.halfSpreadBps, quantity: size)
///     out.quote("quoted", QuoteLadder(bids: level, asks: level), around: .microPrice, validFor: .seconds(1))
///   }
/// }
/// ```
public protocol Strategy: Sendable {
  associatedtype Parameters: StrategyParameters

  /// How a topology names it, such as `glft`.
  static var kind: String { get }

  /// Whether it gives signals. `waggle check` warns when another strategy trades the same instrument for the
  /// same account: the venue has one position of both, which may be less than its stops protect.
  static var isDirectional: Bool { get }

  /// The most orders it wants open at once, with such parameters: `waggle check` adds them up against what
  /// executor and venue keep open.
  static func mostOrders(_ parameters: Parameters) -> Int

  /// What it wants to be told. It runs when something of this changed, at most once a turn.
  static var inputs: Inputs { get }

  init()

  /// Decides. Called once a turn when something of `inputs` changed, its position or the trust in its data
  /// did, a signal of its own ended, a timer is due, or half the life of its quotes is over. A throw pulls
  /// its quotes and raises an alarm; the next input finds the strategy as the throw left it. What it does not
  /// say again stays until it expires.
  mutating func on(
    _ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs
  ) throws(StrategyFault)

  /// The layout of what `save` writes, raised with every change of it; 0, unless said otherwise: nothing is
  /// kept, and a strategy begins anew after a restart. What a state of another version, or one older than
  /// `stateMaxAgeSeconds` in the topology, says is not read, and an alarm tells so.
  static var stateVersion: UInt16 { get }

  /// Writes what it wants to find again after a restart, at most `StrategyState.mostBytes`. Asked every
  /// `StrategyState.pauseNanos` at the most, and when the session ends: what happened since is lost with the
  /// process.
  func save(into state: inout SnapshotWriter)

  /// Takes in what one of its version wrote, all of it, in the same order; called on a new strategy. A throw
  /// leaves it new.
  mutating func restore(from state: inout SnapshotReader) throws(RestoreError)
}

extension Strategy {
  public static var isDirectional: Bool { false }
  /// Full ladders; of a directional strategy an entry with its stop and target for each signal.
  public static func mostOrders(_ parameters: Parameters) -> Int {
    isDirectional ? 3 * SignalView.mostOpen : 2 * QuoteLevels.mostLevels
  }
  public static var stateVersion: UInt16 { 0 }
  public func save(into state: inout SnapshotWriter) {}
  public mutating func restore(from state: inout SnapshotReader) throws(RestoreError) {}
}

/// Bounds of what strategies keep over a restart.
public enum StrategyState {
  /// A longer state is not kept, the last shorter one stays, and an alarm tells so.
  public static let mostBytes = 16_384
  /// A state is kept once in so long, boot clock, if it has changed.
  public static let pauseNanos: Int64 = 30_000_000_000
}
