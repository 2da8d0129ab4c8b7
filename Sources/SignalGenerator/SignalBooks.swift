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
  private static let mostOpen = 64 * 64

  private static let version: UInt16 = 1

  func write(to writer: inout SnapshotWriter) {
    writer.write(Self.version)
    writer.write(newest != nil)
    newest?.write(to: &writer)
    writer.write(UInt32(open.count))
    for signal in open { signal.write(to: &writer) }
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    let version = try reader.read(UInt16.self)
    guard version == Self.version else { throw .unknownVersion(version) }
    if try reader.read(Bool.self) { newest = try IntentID(from: &reader) }
    let count = try reader.read(UInt32.self)
    guard count <= Self.mostOpen else { throw .invalid("\(count) open signals, more than \(Self.mostOpen)") }
    for _ in 0..<count {
      let signal = try IssuedSignal(from: &reader)
      guard place(of: signal.intent) == nil else { throw .invalid("the signal \(signal.intent) twice") }
      open.append(signal)
    }
  }
}
