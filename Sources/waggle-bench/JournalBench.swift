import Journal
import JSON5
import Platform

/// Turns a second of a component's journal, each with one fact and one mark as after a venue's report, in
/// both durabilities in turn, on the disk of the given folder.
struct JournalBench {
  let folder: String
  let rounds: Int
  let turnsOfProcess: Int
  let turnsOfPower: Int

  /// As long as the executor's fact of a new order.
  private static let factBytes = 200

  /// Of one durability.
  struct Figures {
    var turnsPerSecond = Samples()
    /// Microseconds of half of the turns.
    var turnP50 = Samples()
    var turnP99 = Samples()
    /// Milliseconds of a checkpoint, which the owner does between turns.
    var checkpoint = Samples()
  }

  func run() throws -> (process: Figures, power: Figures) {
    var process = Figures()
    var power = Figures()
    for round in 0..<rounds {
      try measure(.process, turnsOfProcess, round, into: &process)
      try measure(.power, turnsOfPower, round, into: &power)
    }
    return (process, power)
  }

  private func measure(
    _ durability: Durability, _ turns: Int, _ round: Int, into figures: inout Figures
  ) throws {
    let path = "\(folder)/bench-\(durability)-\(round).journal"
    let identity = JournalIdentity(
      colony: "bench", component: "bench", kind: "executor", schemaVersion: 1)
    var journal = try Journal.open(path: path, identity: identity, durability: durability)
    let fact = [UInt8](repeating: 7, count: Self.factBytes)
    var nanos: [Int64] = []
    nanos.reserveCapacity(turns)
    let start = Clock.bootNanos()
    for turn in 1...turns {
      let turnStart = Clock.bootNanos()
      try journal.begin()
      try journal.append(
        kind: 1, atNanos: Int64(turn), correlation: (1, UInt64(turn)), body: fact.span.bytes)
      try journal.setMark(peer: 4, lane: 1, epoch: 1, sequence: UInt64(turn))
      try journal.commit()
      let turnEnd = Clock.bootNanos()
      nanos.append(turnEnd - turnStart)
      // As a host does once the log is large enough: part of what a journal costs.
      if journal.needsCheckpoint {
        try journal.checkpoint()
        figures.checkpoint.add(Double(Clock.bootNanos() - turnEnd) / 1e6)
      }
    }
    figures.turnsPerSecond.add(Double(turns) * 1e9 / Double(Clock.bootNanos() - start))
    try journal.close()
    nanos.sort()
    figures.turnP50.add(Double(nanos[turns / 2]) / 1e3)
    figures.turnP99.add(Double(nanos[min(turns - 1, turns * 99 / 100)]) / 1e3)
  }
}

extension JournalBench.Figures {
  func write(into json: inout JSONWriter) {
    json.beginObject()
    json.member("turnsPerSecond", turnsPerSecond)
    json.member("turnMicrosP50", turnP50)
    json.member("turnMicrosP99", turnP99)
    json.member("checkpointMillis", checkpoint)
    json.endObject()
  }
}
