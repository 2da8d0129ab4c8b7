import ActorKit
import Trading
import Vocabulary
import Wire

/// What risk asked the executor for and has not heard the end of, and how far each sender's signals have been
/// decided on.
///
/// The ids of one sender rise and come in their order, so its newest one tells every repetition.
struct OpenIntents: Equatable, Sendable {
  /// The most that `RiskLimits.maxOpenIntents` may allow: when a session opens, how each stands is told in
  /// one go, within the session's window.
  static let mostOpen = 256
  /// Components that may send signals; a topology has far fewer.
  static let mostSenders = 1_024

  /// In the order accepted.
  private(set) var open: [OpenIntent] = []
  /// The newest id decided on of each sender, by rising component.
  private(set) var marks: [IntentID] = []

  init() {}

  func index(of intent: IntentID) -> Int? { open.firstIndex { $0.intent.id == intent } }

  /// Whether nothing has been decided on it yet.
  func isNew(_ intent: IntentID) -> Bool {
    guard let mark = marks.first(where: { $0.component == intent.component }) else { return true }
    return intent.isAfter(mark)
  }

  mutating func apply(_ intent: AcceptedIntent) {
    open.append(OpenIntent(intent: intent))
    note(intent.id)
  }

  mutating func apply(_ end: RiskIntentEnd) {
    if let index = index(of: end.intent) { open.remove(at: index) }
    note(end.intent)
  }

  /// The executor told how far one is.
  mutating func follow(_ index: Int, _ outcome: IntentOutcome, filled: Int64) {
    open[index].outcome = outcome
    open[index].filled = max(open[index].filled, filled)
  }

  /// The executor is about to tell anew; until then each counts as if nothing of it were in the position.
  mutating func forgetProgress() {
    for index in open.indices { open[index].filled = 0 }
  }

  private mutating func note(_ intent: IntentID) {
    guard let index = marks.firstIndex(where: { $0.component >= intent.component }) else {
      return marks.append(intent)
    }
    if marks[index].component != intent.component {
      marks.insert(intent, at: index)
    } else if intent.isAfter(marks[index]) {
      marks[index] = intent
    }
  }
}

/// An intent that has not ended.
struct OpenIntent: Equatable, Sendable {
  let intent: AcceptedIntent
  /// As the executor last told; volatile.
  var outcome = IntentOutcome.accepted
  /// Quantity that the position already holds, raw units; volatile.
  var filled: Int64 = 0

  init(intent: AcceptedIntent) { self.intent = intent }

  /// What may still be filled.
  var remaining: Int128 { max(0, Int128(intent.quantity.raw) - Int128(filled)) }
}

extension OpenIntents {
  /// Of a snapshot, which has only what facts have made: how far an intent is, the executor tells again.
  init(marks: [IntentID], open: [AcceptedIntent]) throws(RestoreError) {
    for mark in marks {
      guard self.marks.last.map({ $0.component < mark.component }) ?? true else {
        throw .invalid("senders of signals out of order")
      }
      self.marks.append(mark)
    }
    for intent in open {
      guard index(of: intent.id) == nil else { throw .invalid("the intent \(intent.id) twice") }
      self.open.append(OpenIntent(intent: intent))
    }
  }
}
