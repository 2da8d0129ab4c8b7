import ActorKit
import Vocabulary
import Wire

/// The newest alarms, or safety events, of this incarnation, for whoever comes late: a new observer, or one
/// that had not yet connected again when they were raised.
///
/// Bound: `capacity`. One more drives out the oldest piece of information, else the oldest of the code that
/// has most of the places: a flood of one thing never hides another.
package struct AlarmMemory {
  package struct Entry: Equatable {
    package let sequence: UInt64
    package let severity: Severity
    /// Its word: an alarm's code, or a safety event's cause.
    package let code: String
    package let atNanos: Int64
    package let text: String
    /// As it was published.
    package let frame: [UInt8]

    package init(
      sequence: UInt64, severity: Severity, code: String, atNanos: Int64, text: String, frame: [UInt8]
    ) {
      (self.sequence, self.severity, self.code) = (sequence, severity, code)
      (self.atNanos, self.text, self.frame) = (atNanos, text, frame)
    }
  }

  package static let capacity = 32
  /// Bound of a text that is kept; the log has all of it. All of them fit into one pack.
  package static let maxTextBytes = 1_024

  /// By rising sequence.
  package private(set) var entries: [Entry] = []

  package init() {}

  package mutating func keep(_ entry: Entry) {
    if entries.count == Self.capacity { entries.remove(at: leastMissed) }
    entries.append(entry)
  }

  private var leastMissed: Int {
    if let index = entries.firstIndex(where: { $0.severity == .info }) { return index }
    var (most, place) = (0, 0)
    for (index, entry) in entries.enumerated() {
      let count = entries[index...].count { $0.code == entry.code }
      if count > most { (most, place) = (count, index) }
    }
    return place
  }

  /// The kept frames as one pack; empty for none.
  package var pack: [UInt8] {
    guard !entries.isEmpty else { return [] }
    var frames = FrameWriter(capacity: 1 << 12)
    let places = entries.map { frames.append(copying: $0.frame.span.bytes) }
    let pack = frames.appendPack(copying: places)
    return frames.span(from: pack.lowerBound, count: pack.count).copiedBytes()
  }
}
