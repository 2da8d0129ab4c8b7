import JSON5
import JournalTestKit
import Platform
import Records

/// Histories of both stores of a journal, from one seed on: how many were judged, and what
/// they came through. The first that breaks a promise ends it and is told with its seed.
struct HistoryBench {
  let count: Int
  let seed: UInt64

  func run(into json: inout JSONWriter) throws {
    let histories = try JournalHistories(name: "waggle-histories")
    var sqlite = HistoryCounts()
    var memory = HistoryCounts()
    let start = Clock.bootNanos()
    for index in 0..<UInt64(count) {
      try histories.runSQLite(seed: seed &+ index, into: &sqlite)
    }
    let middle = Clock.bootNanos()
    for index in 0..<UInt64(count) {
      try histories.runMemory(seed: seed &+ index, into: &memory)
    }
    let end = Clock.bootNanos()
    json.beginObject()
    json.member("seed", "\(seed)")
    Self.write("sqlite", sqlite, nanos: middle - start, into: &json)
    Self.write("memory", memory, nanos: end - middle, into: &json)
    json.endObject()
  }

  private static func write(
    _ name: String, _ counts: HistoryCounts, nanos: Int64, into json: inout JSONWriter
  ) {
    json.key(name)
    json.beginObject()
    json.member("seconds", Double(nanos) / 1e9)
    for (name, value) in counts.named { json.member(name, Int64(value)) }
    json.endObject()
  }
}
