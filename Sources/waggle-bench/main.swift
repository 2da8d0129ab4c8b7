import JSON5
import Platform
import Topology

/// The figures of one part as JSON, or nil for words that make no command.
func measure(_ words: Words) throws -> JSONWriter? {
  var json = JSONWriter()
  switch words.verb {
  case "codec":
    guard words.hasOnly("rounds", "operations"), words.place == nil,
      let rounds = words.count("rounds", or: 7),
      let operations = words.count("operations", or: 200_000)
    else { return nil }
    json.beginArray()
    for figures in CodecBench(rounds: rounds, operations: operations).run() { figures.write(into: &json) }
    json.endArray()
  case "journal":
    guard words.hasOnly("rounds", "turns", "power-turns"), let folder = words.place,
      let rounds = words.count("rounds", or: 5), let turns = words.count("turns", or: 20_000),
      let powerTurns = words.count("power-turns", or: 1_000)
    else { return nil }
    let bench = JournalBench(
      folder: folder, rounds: rounds, turnsOfProcess: turns, turnsOfPower: powerTurns)
    let figures = try bench.run()
    json.beginObject()
    json.key("process")
    figures.process.write(into: &json)
    json.key("power")
    figures.power.write(into: &json)
    json.endObject()
  case "journal-formats":
    guard words.hasOnly("rounds", "turns", "power-turns"), let folder = words.place,
      let rounds = words.count("rounds", or: 6), let turns = words.count("turns", or: 20_000),
      let powerTurns = words.count("power-turns", or: 1_000)
    else { return nil }
    try FormatBench(folder: folder, rounds: rounds, turnsOfProcess: turns, turnsOfPower: powerTurns)
      .run(into: &json)
  case "journal-histories":
    guard words.hasOnly("count", "seed"), words.place == nil, let count = words.count("count", or: 1_000),
      let seed = words.count("seed", or: 1)
    else { return nil }
    try HistoryBench(count: count, seed: UInt64(seed)).run(into: &json)
  case "turns", "fanout":
    guard try measureColony(words, into: &json) else { return nil }
  case "orders":
    guard let bench = OrderBench(words) else { return nil }
    json.beginArray()
    for figures in bench.run() { figures.write(into: &json) }
    json.endArray()
  case "risk":
    guard let bench = RiskBench(words) else { return nil }
    bench.run(into: &json)
  case "frames":
    guard words.hasOnly("levels"), words.place == nil, let levels = words.count("levels", or: 3),
      levels <= WireSamples.bookLevels
    else { return nil }
    FrameSizes(levels: levels).write(into: &json)
  default: return nil
  }
  return json
}

/// The figures of a simulated colony; false for words that make no command.
func measureColony(_ words: Words, into json: inout JSONWriter) throws -> Bool {
  let isFanout = words.verb == "fanout"
  guard words.hasOnly("rounds", "seconds"), let path = words.place,
    let rounds = words.count("rounds", or: isFanout ? 6 : 3),
    let seconds = words.count("seconds", or: isFanout ? 600 : 120)
  else { return false }
  let topology = try Topology.load(bytes: try FileSystem.read(path, maxBytes: 1 << 22))
  if isFanout {
    try FanoutBench(topology: topology, seconds: seconds, rounds: rounds).run(into: &json)
  } else {
    try TurnBench(topology: topology, seconds: seconds, rounds: rounds).run(into: &json)
  }
  return true
}

/// 0 measured, 1 something failed, 64 wrong usage.
func run() -> Int32 {
  do {
    guard let words = Words(Array(CommandLine.arguments.dropFirst())), let json = try measure(words) else {
      _ = StandardError.write(Words.usage)
      return 64
    }
    return StandardOutput.write(json.text + "\n") == .written ? 0 : 1
  } catch {
    _ = StandardError.write("waggle-bench: \(error)\n")
    return 1
  }
}

ProcessControl.exit(run())
