import ActorKit
import Wire

/// The newest `limit` commands carried out, so that the same one again does nothing. A repetition after more
/// commands than that would be carried out again: all of them are safe to repeat.
struct CommandLog: Equatable, Sendable {
  static let limit = 1_024

  struct Entry: Equatable, Sendable {
    var id: Correlation
    var kind: CommandKind
    var outcome: CommandOutcome
  }

  private var entries: [Entry] = []

  init() {}

  subscript(id: Correlation) -> Entry? { entries.last { $0.id == id } }

  mutating func append(_ entry: Entry) {
    if entries.count == Self.limit { entries.removeFirst() }
    entries.append(entry)
  }

  func write(to writer: inout SnapshotWriter) {
    writer.write(UInt32(entries.count))
    for entry in entries {
      writer.write(entry.id)
      writer.write(entry.kind.rawValue)
      writer.write(entry.outcome.rawValue)
    }
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    for _ in 0..<(try reader.readCount(ofSize: 18)) {
      append(
        Entry(
          id: try reader.readCorrelation(), kind: try reader.readChoice("kind of command"),
          outcome: try reader.readChoice("outcome of a command")))
    }
  }
}
