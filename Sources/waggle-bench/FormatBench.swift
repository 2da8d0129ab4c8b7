import JSON5
import Journal
import JournalStore
import Platform
import Records

/// A turn of a dozen facts in both formats of a journal, side by side: a row for each fact, and one record of
/// the same bytes. In both durabilities, in turn, on the disk of the given folder.
struct FormatBench {
  let folder: String
  let rounds: Int
  let turnsOfProcess: Int
  let turnsOfPower: Int

  private static let factsPerTurn = 12
  /// As long as the executor's fact of a new order.
  private static let factBytes = 200
  private static let identity = JournalIdentity(
    colony: "bench", component: "bench", kind: "executor", schemaVersion: 1)

  /// Of one format in one durability; microseconds, checkpoints included in the mean.
  struct Figures {
    var mean = Samples()
    var p50 = Samples()
    var p99 = Samples()

    mutating func add(_ nanos: [Int64], totalNanos: Int64) {
      let sorted = nanos.sorted()
      mean.add(Double(totalNanos) / Double(nanos.count) / 1e3)
      p50.add(Double(sorted[nanos.count / 2]) / 1e3)
      p99.add(Double(sorted[min(nanos.count - 1, nanos.count * 99 / 100)]) / 1e3)
    }

    func write(into json: inout JSONWriter) {
      json.beginObject()
      json.member("turnMicrosMean", mean)
      json.member("turnMicrosP50", p50)
      json.member("turnMicrosP99", p99)
      json.endObject()
    }
  }

  func run(into json: inout JSONWriter) throws {
    json.beginObject()
    for (durability, turns) in [(Durability.process, turnsOfProcess), (.power, turnsOfPower)] {
      var rows = Figures()
      var records = Figures()
      var ratios = Samples()
      for round in 0..<rounds {
        // Who goes first changes, so that neither always finds the disk as the other left it.
        if round % 2 == 0 { try measureRows(durability, turns, round, into: &rows) }
        try measureRecords(durability, turns, round, into: &records)
        if round % 2 == 1 { try measureRows(durability, turns, round, into: &rows) }
        ratios.add(records.p50.values[round] / rows.p50.values[round])
      }
      json.key("\(durability)")
      json.beginObject()
      json.key("rowsOfFacts")
      rows.write(into: &json)
      json.key("recordOfTurn")
      records.write(into: &json)
      json.member("ratioOfP50", ratios)
      json.endObject()
    }
    json.endObject()
  }

  private func measureRows(
    _ durability: Durability, _ turns: Int, _ round: Int, into figures: inout Figures
  ) throws {
    let path = "\(folder)/bench-rows-\(durability)-\(round).journal"
    var journal = try Journal.open(path: path, identity: Self.identity, durability: durability)
    let fact = [UInt8](repeating: 7, count: Self.factBytes)
    var nanos: [Int64] = []
    nanos.reserveCapacity(turns)
    let start = Clock.bootNanos()
    for turn in 1...turns {
      let turnStart = Clock.bootNanos()
      try journal.begin()
      for _ in 0..<Self.factsPerTurn {
        try journal.append(
          kind: 1, atNanos: Int64(turn), correlation: (1, UInt64(turn)), body: fact.span.bytes)
      }
      try journal.setMark(peer: 4, lane: 1, epoch: 1, sequence: UInt64(turn))
      try journal.commit()
      nanos.append(Clock.bootNanos() - turnStart)
      if journal.needsCheckpoint { try journal.checkpoint() }
    }
    figures.add(nanos, totalNanos: Clock.bootNanos() - start)
    try journal.close()
  }

  private func measureRecords(
    _ durability: Durability, _ turns: Int, _ round: Int, into figures: inout Figures
  ) throws {
    let path = "\(folder)/bench-records-\(durability)-\(round).journal"
    var store = try SQLiteJournalStore.open(path: path, identity: Self.identity, durability: durability)
    let fact = [UInt8](repeating: 7, count: Self.factBytes)
    var record = TurnRecord()
    var nanos: [Int64] = []
    nanos.reserveCapacity(turns)
    let start = Clock.bootNanos()
    for turn in 1...turns {
      let turnStart = Clock.bootNanos()
      record.begin(
        turn: store.lastTurn + 1, firstRow: store.lastRow + 1, epoch: store.epoch, wallNanos: Int64(turn))
      for _ in 0..<Self.factsPerTurn {
        record.addFact(kind: 1, correlation: (1, UInt64(turn)), body: fact.span.bytes)
      }
      record.setMark(JournalMark(peer: 4, lane: 1, lineage: 0, epoch: 1, sequence: UInt64(turn)))
      try store.append(record)
      nanos.append(Clock.bootNanos() - turnStart)
      if store.needsCheckpoint { try store.checkpoint() }
    }
    figures.add(nanos, totalNanos: Clock.bootNanos() - start)
    try store.close()
  }
}
