import ActorKit
import Trading
import Vocabulary

/// The durable state of a signal generator: the signals that have not ended, and the last id given.
///
/// Bounded by the strategies: each has at most `SignalView.mostOpen` of its own open.
struct SignalBooks: Equatable, Sendable {
  /// In the order given.
  private(set) var open: [IssuedSignal] = []
  /// The newest id ever given or ended; nil before the first. An id up to it that is not open has ended.
  private(set) var newest: IntentID?

  init() {}

  func place(of intent: IntentID) -> Int? { open.firstIndex { $0.intent == intent } }

  mutating func apply(_ fact: SignalFact) {
    switch fact {
    case .signalIssued(let signal):
      open.append(signal)
      note(signal.intent)
    case .signalEnded(let end):
      if let place = place(of: end.intent) { open.remove(at: place) }
      note(end.intent)
    }
  }

  private mutating func note(_ intent: IntentID) {
    if let newest, !intent.isAfter(newest) { return }
    newest = intent
  }
}

extension SignalBooks {
  /// More cannot be open: every strategy's own.
  static let mostOpen = 64 * 64

  private static let version: UInt16 = 1

  func write(to writer: inout SnapshotWriter) {
    SignalSnapshot(version: StateVersion(Self.version), newest: newest, open: open).write(to: &writer)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    try StateVersion.check(reader, oldest: Self.version, newest: Self.version)
    let snapshot = try SignalSnapshot(from: &reader)
    newest = snapshot.newest
    for signal in snapshot.open {
      guard place(of: signal.intent) == nil else { throw .invalid("the signal \(signal.intent) twice") }
      open.append(signal)
    }
  }
}
