import JSON5
import Wire

/// Turns sorted by what came in and what went out: a turn that changes six orders and one that finds nothing
/// to do have nothing in common.
struct TurnSorts {
  struct Sort {
    let name: String
    var nanos: [Int64] = []
    var allocations: Int64 = 0
    /// Turns that allocated at all.
    var allocating = 0
    var facts = 0
    var messagesOut = 0
  }

  private(set) var sorts: [Sort] = []
  private var places: [String: Int] = [:]

  mutating func add(_ name: String, nanos: Int64, allocations: Int64, facts: Int, messagesOut: Int) {
    let place = places[name] ?? sorts.count
    if place == sorts.count {
      places[name] = place
      sorts.append(Sort(name: name))
    }
    sorts[place].nanos.append(nanos)
    sorts[place].allocations += allocations
    if allocations > 0 { sorts[place].allocating += 1 }
    sorts[place].facts += facts
    sorts[place].messagesOut += messagesOut
  }

  /// The kinds of messages, each once, in the order of first appearance.
  static func name(_ templates: [UInt16]) -> String {
    var names: [String] = []
    for id in templates {
      let name = Template(rawValue: id).map { "\($0)" } ?? "\(id)"
      if !names.contains(name) { names.append(name) }
    }
    return names.isEmpty ? "nothing" : names.joined(separator: "+")
  }
}

extension TurnSorts {
  /// The most frequent first. Times are medians over turns: a turn in which the machine did something else
  /// counts as one turn, not as its time.
  func write(into json: inout JSONWriter) {
    let total = sorts.reduce(0) { $0 + $1.nanos.count }
    json.beginArray()
    for sort in sorts.sorted(by: { ($0.nanos.count, $1.name) > ($1.nanos.count, $0.name) }) {
      let sorted = sort.nanos.sorted()
      let count = sorted.count
      json.beginObject()
      json.member("turn", sort.name)
      json.member("turns", count)
      json.member("share", Double(count) / Double(total))
      json.member("nanosP50", sorted[count / 2])
      json.member("nanosP99", sorted[min(count - 1, count * 99 / 100)])
      json.member("allocationsPerTurn", Double(sort.allocations) / Double(count))
      json.member("allocatingTurns", sort.allocating)
      json.member("factsPerTurn", Double(sort.facts) / Double(count))
      json.member("messagesPerTurn", Double(sort.messagesOut) / Double(count))
      json.endObject()
    }
    json.endArray()
  }
}
