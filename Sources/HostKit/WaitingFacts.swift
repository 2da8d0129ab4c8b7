import ActorKit
import Records
import Wire

/// Facts that wait for a record to be stored in, oldest first: those of earlier turns that a core has told
/// lazily (`ActorCore.recordLazily`).
///
/// Bound: when `isFull`, the turn stores them, after its messages have left; so no more wait than this and
/// what one turn tells.
struct WaitingFacts {
  private struct Entry {
    let kind: UInt16
    let correlation: Correlation
    let end: Int
  }

  static let mostFacts = 256
  static let mostBytes = 64 << 10

  private var entries: [Entry] = []
  private var bytes: [UInt8] = []

  var isEmpty: Bool { entries.isEmpty }
  var isFull: Bool { entries.count >= Self.mostFacts || bytes.count >= Self.mostBytes }

  /// Keeps the lazy facts of a turn, which stores no record by then.
  mutating func take(_ effects: borrowing Effects) {
    for fact in effects.records where fact.isLazy {
      bytes += effects.facts.bytes[fact.offset..<fact.offset + fact.count]
      entries.append(Entry(kind: fact.kind, correlation: fact.correlation, end: bytes.count))
    }
  }

  /// Adds them to a record that is to be stored, and waits for none of them any more.
  mutating func move(to record: inout TurnRecord) {
    var start = 0
    for entry in entries {
      record.addFact(
        kind: entry.kind, correlation: (entry.correlation.high, entry.correlation.low),
        body: bytes.span.bytes.extracting(start..<entry.end))
      start = entry.end
    }
    entries.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }
}
