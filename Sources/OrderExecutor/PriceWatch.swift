import ActorKit
import Trading
import Wire

/// Instruments that have quotes and no price, which a person should know of after a while.
struct PriceWatch: Sendable {
  private var all: [Watched]
  /// Those of which something is kept.
  private var watched = Indices()

  private struct Watched {
    /// Since when it has quotes and no price while the session trades, boot clock; nil when that is not so.
    var sinceBoot: Int64?
    var isToldOf = false
  }

  /// Quotes without a price for so long are worth an alarm.
  static let patienceNanos: Int64 = 5 * .nanosPerSecond

  init(instruments: Int) { all = Array(repeating: Watched(), count: instruments) }

  /// Tells once that an instrument has had quotes and no price for a while.
  mutating func judge(_ situation: Situation, at now: Instant, into wishes: inout [Wish]) {
    let unpriced = situation.markets.unpriced
    guard !unpriced.isEmpty || !watched.isEmpty else { return }
    let isWatching = situation.authority.session.isTrading && !situation.isClosing
    for index in watched.all where !isWatching || !unpriced.contains(index) {
      all[index] = Watched()
      watched.remove(index)
    }
    guard isWatching else { return }
    for index in unpriced.all where situation.markets[index].caps != nil {
      watched.insert(index)
      let since = all[index].sinceBoot ?? now.boot
      all[index].sinceBoot = since
      guard !all[index].isToldOf else { continue }
      let due = since + Self.patienceNanos
      guard due <= now.boot else {
        wishes.append(.retry(atBoot: due))
        continue
      }
      all[index].isToldOf = true
      wishes.append(alarm(situation.markets[index]))
    }
  }

  private func alarm(_ state: InstrumentState) -> Wish {
    let name = state.instrument.name
    let quotes = "\(state.bid.map { "\($0)" } ?? "none") / \(state.ask.map { "\($0)" } ?? "none")"
    let last = state.reference.lastConfirmed.map { "\($0)" } ?? "none"
    return .alarm(
      .unpriced, .warning, instrument: state.instrument.number,
      "\(name) has had no price for \(Self.patienceNanos / .nanosPerSecond) s: "
        + "best quotes \(quotes), last price \(last). Nothing is opened there until the spread is within "
        + "\(state.instrument.maxSpread) bp and the price is borne out; positions can be closed. If the "
        + "market is always like this, set the instrument's maxSpreadBps")
  }
}
