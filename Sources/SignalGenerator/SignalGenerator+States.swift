import ActorKit
import Strategies
import Wire

// What strategies want to find again after a restart.

extension SignalGenerator {
  /// Records what a strategy saves: half a minute after the first turn and every half minute from then on,
  /// and when the session ends; only where it has run since. At most 64 times `StrategyState.mostBytes` in
  /// that time.
  mutating func keepState(_ index: Int, at now: Instant, into effects: inout Effects) {
    let strategy = strategies[index].configuration
    guard strategy.stateMaxAgeNanos > 0, strategies[index].hasRunSinceKept else { return }
    if strategies[index].keepAtBootNanos == 0 {
      strategies[index].keepAtBootNanos = now.boot.saturatingAdd(StrategyState.pauseNanos)
    }
    guard now.boot >= strategies[index].keepAtBootNanos || session == .shutdown else { return }
    let version = Registry.stateVersion(ofKind: strategy.kind)
    guard version > 0 else { return }
    strategies[index].hasRunSinceKept = false
    strategies[index].keepAtBootNanos = now.boot.saturatingAdd(StrategyState.pauseNanos)
    var writer = SnapshotWriter()
    registry.save(index: index, into: &writer)
    guard writer.bytes.count <= StrategyState.mostBytes else {
      return tellTooLong(index, writer.bytes.count, into: &effects)
    }
    counters.statesKept += 1
    record(
      .stateKept(
        KeptState(
          strategy: strategy.number, strategyKind: strategy.kind, version: version,
          bytes: StateBytes(writer.bytes), atNanos: now.wall)), into: &effects)
  }

  /// Counted each time, told once.
  private mutating func tellTooLong(_ index: Int, _ count: Int, into effects: inout Effects) {
    counters.statesTooLong += 1
    guard !strategies[index].isStateTooLong else { return }
    strategies[index].isStateTooLong = true
    raise(
      index, .warning, "its state of \(count) bytes is not kept; at most \(StrategyState.mostBytes)",
      into: &effects)
  }

  /// After recovery, strategies are given what they saved, unless it is not theirs or too old.
  mutating func restoreStates(at now: Instant, into effects: inout Effects) {
    for index in strategies.indices {
      let strategy = strategies[index].configuration
      guard strategy.stateMaxAgeNanos > 0, let state = books.state(of: strategy.number) else { continue }
      do throws(RestoreError) {
        try restore(state, index, at: now)
        counters.statesRestored += 1
      } catch {
        counters.statesRefused += 1
        tellRefusal(
          index, "", "\(error)", "begins anew, its kept state is refused: \(error)", into: &effects)
      }
    }
  }

  /// The journal says it now, people hear it when they can.
  mutating func tellRefusal(
    _ index: Int, _ parameter: String, _ reason: String, _ text: String, into effects: inout Effects
  ) {
    let strategy = strategies[index].configuration.number
    recordLazily(
      .restoreRefused(strategy: strategy, parameter: parameter, reason: reason), into: &effects)
    news.append((index, text))
  }

  mutating func tellNews(at now: Instant, into effects: inout Effects) {
    guard !news.isEmpty, now.boot >= newsAtBootNanos else { return }
    for (index, text) in news { raise(index, .warning, text, into: &effects) }
    news = []
  }

  private mutating func restore(_ state: KeptState, _ index: Int, at now: Instant) throws(RestoreError) {
    let strategy = strategies[index].configuration
    guard state.strategyKind == strategy.kind else {
      throw .invalid("the state of a '\(state.strategyKind)', not of a '\(strategy.kind)'")
    }
    let version = Registry.stateVersion(ofKind: strategy.kind)
    guard state.version == version else {
      throw .invalid("a state of version \(state.version), not \(version)")
    }
    // A clock that was set back makes no old state young.
    let age = now.wall.saturatingSubtract(state.atNanos)
    guard age.magnitude <= strategy.stateMaxAgeNanos.magnitude else {
      let (seconds, most) = (age / .nanosPerSecond, strategy.stateMaxAgeNanos / .nanosPerSecond)
      throw .invalid("a state of \(seconds) s ago, and none of more than \(most) s counts")
    }
    var reader = SnapshotReader(state.bytes.bytes)
    try registry.restore(index: index, from: &reader)
  }
}
