import ActorKit
import Governance
import Trading
import Vocabulary

/// The durable state of a signal generator: the signals that have not ended and the last id given, the live
/// parameters that people set, and what strategies want to find again.
///
/// Signals are bounded by the strategies: each has at most `SignalView.mostOpen` of its own open.
struct SignalBooks: Equatable, Sendable {
  /// In the order given.
  private(set) var open: [IssuedSignal] = []
  /// The newest id ever given or ended; nil before the first. An id up to it that is not open has ended.
  private(set) var newest: IntentID?
  /// Commands carried out.
  private(set) var commands = CommandRegister()
  /// The last of each parameter, in the order in which they were first set. Of strategies that the topology
  /// has no more, too: it may have them again.
  private(set) var settings: [LiveSetting] = []
  /// The last of each strategy, oldest first.
  private(set) var states: [KeptState] = []

  init() {}

  func index(of intent: IntentID) -> Int? { open.firstIndex { $0.intent == intent } }

  mutating func apply(_ fact: SignalFact) {
    switch fact {
    case .signalIssued(let signal):
      open.append(signal)
      note(signal.intent)
    case .signalEnded(let end):
      if let index = index(of: end.intent) { open.remove(at: index) }
      note(end.intent)
    case .parameterSet(let setting, let command):
      commands.insert(command)
      if let index = settings.firstIndex(where: { $0.isOfTheSame(as: setting) }) {
        settings[index] = setting
      } else if settings.count < Self.mostSettings {
        settings.append(setting)
      }
    case .stateKept(let state):
      states.removeAll { $0.strategy == state.strategy }
      if states.count == Self.mostStates { states.removeFirst() }
      states.append(state)
    case .restoreRefused: break
    }
  }

  func setting(of strategy: UInt16, _ parameter: String) -> LiveSetting? {
    settings.first { $0.strategy == strategy && $0.parameter == parameter }
  }

  func state(of strategy: UInt16) -> KeptState? { states.first { $0.strategy == strategy } }

  /// Whether one more parameter can be kept, or it is one that is.
  func hasRoom(for parameter: String, of strategy: UInt16) -> Bool {
    settings.count < Self.mostSettings || setting(of: strategy, parameter) != nil
  }

  private mutating func note(_ intent: IntentID) {
    if let newest, !intent.isAfter(newest) { return }
    newest = intent
  }
}

extension SignalBooks {
  /// More cannot be open: every strategy's own.
  static let mostOpen = 64 * 64
  /// One more parameter is refused.
  static let mostSettings = 1_024
  /// Of one more strategy the oldest makes room. More than there can be strategies are of earlier topologies.
  static let mostStates = 64

  private static let version: UInt16 = 2
  private static let oldestVersion: UInt16 = 1

  func write(to writer: inout SnapshotWriter) {
    SignalSnapshot(
      version: StateVersion(Self.version), newest: newest, open: open, commands: commands, settings: settings,
      states: states
    ).write(to: &writer)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    try StateVersion.check(reader, oldest: Self.oldestVersion, newest: Self.version)
    let snapshot = try SignalSnapshot(from: &reader)
    newest = snapshot.newest
    for signal in snapshot.open {
      guard index(of: signal.intent) == nil else { throw .invalid("the signal \(signal.intent) twice") }
      open.append(signal)
    }
    commands = snapshot.commands
    for setting in snapshot.settings {
      guard self.setting(of: setting.strategy, setting.parameter) == nil else {
        throw .invalid("'\(setting.parameter)' of strategy \(setting.strategy) twice")
      }
      settings.append(setting)
    }
    for state in snapshot.states {
      guard self.state(of: state.strategy) == nil else {
        throw .invalid("the state of strategy \(state.strategy) twice")
      }
      states.append(state)
    }
  }
}

extension LiveSetting {
  fileprivate func isOfTheSame(as other: LiveSetting) -> Bool {
    strategy == other.strategy && parameter == other.parameter
  }
}
