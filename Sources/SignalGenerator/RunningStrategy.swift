import ActorKit
import Strategies
import Trading
import Wire

/// One strategy that runs in the generator: what it listens to, what changed for it, what of it is out there.
struct RunningStrategy {
  /// Bound of the fills kept within a turn; more are left out and counted.
  static let mostExecutions = 256
  /// The shortest time between two alarms, and between two alerts, of one strategy.
  static let alarmPauseNanos: Int64 = 10_000_000_000
  static let alertPauseNanos: Int64 = 1_000_000_000

  let configuration: StrategyConfiguration
  /// Its instruments by its own names, with their indices among the generator's markets; the quoted one
  /// first.
  let names: [(name: String, index: Int)]
  /// Its position's index among the generator's positions.
  let position: Int
  private let sources: [Inputs.Source]
  private var timers: [(name: String, intervalNanos: Int64, dueNanos: Int64)]

  /// What changed since its last run.
  var input = Input()
  var outputs: Outputs
  private(set) var executions: [ExecutionView] = []
  private(set) var executionsLeftOut: Int64 = 0
  /// Its signals that have not ended: those of the books, and those that only risk remembers.
  var signals: [SignalView] = []
  /// Those that ended in this turn; no more than were open.
  private(set) var endedSignals: [EndedSignalView] = []
  /// What stands against its quotes, risk's and buys first; one a gate and side.
  private(set) var denials: [DenialView] = []
  /// Our wall clock when the newest market message of this turn was received by the feed; 0 if there was
  /// none.
  var originNanos: Int64 = 0

  /// Signals so far, the lower part of the revision.
  var signalCount: UInt64 = 0
  /// The last signal with quotes, while it is out.
  var quotes: QuotesOut?
  /// Whether anything may still be out: also what an earlier incarnation may have left.
  var mayBeOut = true
  var lastReference = Price.zero
  /// When the quotes are to be said again, boot clock; `Int64.max` for not at all.
  var renewAtBootNanos = Int64.max
  var wasBlocked = true
  var alarmAtBootNanos: Int64 = .min
  var alertAtBootNanos: Int64 = .min

  /// Whether it may have something new to keep over a restart.
  var hasRunSinceKept = false
  /// When its state is kept next, boot clock; 0 before the first turn.
  var keepAtBootNanos: Int64 = 0
  var isStateTooLong = false

  init(
    _ configuration: StrategyConfiguration, _ inputs: Inputs, names: [(name: String, index: Int)],
    position: Int, seed: UInt64
  ) {
    self.configuration = configuration
    self.names = names
    self.position = position
    sources = inputs.sources
    timers = inputs.sources.compactMap { source in
      guard case .timer(let name, _) = source, let interval = source.intervalNanos else { return nil }
      return (name, interval, 0)
    }
    outputs = Outputs(seed: seed)
    executions.reserveCapacity(Self.mostExecutions)
  }

  var quotedIndex: Int { names[0].index }

  /// The quotes of a signal that went out.
  struct QuotesOut: Equatable {
    var ladder: QuoteLadder
    var reference: Price
    var fillSequence: UInt64
  }
}

// MARK: - What changed

extension RunningStrategy {
  /// Kinds of market news, without the name a strategy has for the instrument.
  enum News { case book, trades, top, metrics, standing }

  /// Tells it of news about a market, if it asked for that.
  mutating func note(_ news: News, market: Int, originNanos origin: Int64) {
    for entry in names where entry.index == market {
      if news == .standing {
        input.add(.standing(entry.name))
        continue
      }
      for source in sources {
        switch (source, news) {
        case (.book(entry.name, _), .book): input.add(.book(entry.name))
        case (.trades(entry.name), .trades): input.add(.trades(entry.name))
        case (.top(entry.name), .top): input.add(.top(entry.name))
        case (.metrics(entry.name), .metrics): input.add(.metrics(entry.name))
        default: continue
        }
        // Figures held back by the feed carry none; the message beside them may.
        if origin != 0 { originNanos = origin }
      }
    }
  }

  mutating func add(_ execution: ExecutionView) {
    guard sources.contains(.executions("quoted")) else { return }
    guard executions.count < Self.mostExecutions else {
      executionsLeftOut += 1
      return
    }
    executions.append(execution)
    input.add(.executions("quoted"))
  }

  /// A gate has something else against a side of its quotes than before, or nothing any more.
  mutating func note(_ denial: DenialView?, gate: GateCode, side: Side) {
    func precedes(_ view: DenialView) -> Bool {
      (view.gate.rawValue, view.side == .sell ? 1 : 0) < (gate.rawValue, side == .sell ? 1 : 0)
    }
    let index = denials.firstIndex { !precedes($0) } ?? denials.count
    let isKnown = index < denials.count && denials[index].gate == gate && denials[index].side == side
    switch (denial, isKnown) {
    case (let denial?, true): denials[index] = denial
    case (let denial?, false): denials.insert(denial, at: index)
    case (nil, true): denials.remove(at: index)
    case (nil, false): return
    }
    if sources.contains(.denials("quoted")) { input.add(.denials("quoted")) }
  }

  /// Who told of them is about to tell anew.
  mutating func forgetDenials() {
    for denial in denials { note(nil, gate: denial.gate, side: denial.side) }
  }

  /// A live parameter of its own was set: it decides in this turn, and what it wishes goes out, however
  /// little it differs from what is out.
  mutating func noteSetting() {
    renewAtBootNanos = .max
    input.add(.renewal)
  }

  /// A signal of its own has ended.
  mutating func end(_ ended: EndedSignalView) {
    signals.removeAll { $0.id == ended.id }
    endedSignals.append(ended)
    input.add(.signalEnded)
  }

  /// Looks at its timers and at the age of its quotes.
  mutating func passTime(to now: Instant) {
    if renewAtBootNanos <= now.boot {
      renewAtBootNanos = .max
      input.add(.renewal)
    }
    guard now.market != 0 else { return }
    for index in timers.indices {
      if timers[index].dueNanos == 0 {
        // The market clock has just started, and the timer with it.
        timers[index].dueNanos = now.market.saturatingAdd(timers[index].intervalNanos)
      } else if timers[index].dueNanos <= now.market {
        // After a pause it beats once, not as often as it was missed.
        timers[index].dueNanos = now.market.saturatingAdd(timers[index].intervalNanos)
        input.add(.timer(timers[index].name))
      }
    }
  }

  /// When it wants to be run although nothing changes.
  var wake: Wake {
    var wake = Wake(boot: renewAtBootNanos)
    for timer in timers where timer.dueNanos != 0 { wake.market = min(wake.market, timer.dueNanos) }
    return wake
  }

  mutating func endTurn() {
    input.reset()
    outputs.reset()
    executions.removeAll(keepingCapacity: true)
    endedSignals.removeAll(keepingCapacity: true)
    originNanos = 0
  }
}

// MARK: - Whether a signal is worth it

extension RunningStrategy {
  /// Whether a wish differs enough from what is out. Half the life of the quotes being over counts as
  /// difference: the renewal that is then due has taken `renewAtBootNanos` away.
  func isWorthASignal(_ wish: Outputs.Quote, reference: Price, fillSequence: UInt64) -> Bool {
    guard let quotes, renewAtBootNanos != .max, quotes.fillSequence == fillSequence else { return true }
    let threshold = wish.requoteThresholdBps
    let moved = (reference.double - quotes.reference.double).magnitude
    if 1e4 * moved > threshold * quotes.reference.double { return true }
    return Self.differ(quotes.ladder.bids, wish.ladder.bids, threshold)
      || Self.differ(quotes.ladder.asks, wish.ladder.asks, threshold)
  }

  private static func differ(_ old: QuoteLevels, _ new: QuoteLevels, _ thresholdBps: Double) -> Bool {
    guard old.count == new.count else { return true }
    for depth in 0..<old.count {
      let (before, after) = (old[depth], new[depth])
      if before.quantity != after.quantity || before.urgency != after.urgency { return true }
      if (after.offsetBps - before.offsetBps).magnitude > thresholdBps { return true }
    }
    return false
  }
}
