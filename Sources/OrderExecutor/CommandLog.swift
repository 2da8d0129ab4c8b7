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

  private(set) var entries: [Entry] = []

  init() {}

  subscript(id: Correlation) -> Entry? { entries.last { $0.id == id } }

  mutating func append(_ entry: Entry) {
    if entries.count == Self.limit { entries.removeFirst() }
    entries.append(entry)
  }
}
