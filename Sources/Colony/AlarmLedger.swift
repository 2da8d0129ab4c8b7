/// Which of a publisher's alarms, or safety events, an observer has heard, by their numbers. Pure.
package struct AlarmLedger: Sendable {
  /// Bound: numbers kept to know a repetition. Lower ones that go count as known.
  package static let maxHeard = 512

  /// Numbers heard in this epoch, rising.
  private var heard: [UInt64] = []
  /// Those that have gone from `heard`, and the highest of them.
  private var goneCount: UInt64 = 0
  private var goneThrough: UInt64 = 0
  /// The highest number there is, as heard or told.
  package private(set) var newest: UInt64 = 0
  /// What its former incarnations said and nobody here heard.
  private var missedBefore: UInt64 = 0

  package init() {}

  /// Another incarnation counts from 1 again.
  package mutating func begin() {
    missedBefore = missed
    (heard, goneCount, goneThrough, newest) = ([], 0, 0, 0)
  }

  /// Whether this number is new.
  package mutating func take(_ sequence: UInt64) -> Bool {
    guard sequence > goneThrough, !heard.contains(sequence) else { return false }
    let place = heard.firstIndex { $0 > sequence } ?? heard.endIndex
    heard.insert(sequence, at: place)
    if heard.count > Self.maxHeard {
      goneThrough = heard.removeFirst()
      goneCount += 1
    }
    newest = max(newest, sequence)
    return true
  }

  /// The publisher says that it has come so far.
  package mutating func note(last sequence: UInt64) { newest = max(newest, sequence) }

  /// Whether the next number shows that some before it did not come.
  package func isGap(before sequence: UInt64) -> Bool { sequence > newest + 1 }

  /// How many there were that did not come.
  package var missed: UInt64 {
    let known = UInt64(heard.count) + goneCount
    return missedBefore + (newest > known ? newest - known : 0)
  }

  /// What an observer says of alarms that never came.
  package static func text(missed count: UInt64, of name: String) -> String {
    count == 1
      ? "1 alarm of \(name) missed: its log, \(name).log, has it"
      : "\(count) alarms of \(name) missed: its log, \(name).log, has them"
  }
}
