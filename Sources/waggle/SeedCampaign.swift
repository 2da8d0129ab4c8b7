import Arguments
import Console
import JSON5
import Platform
import SimulatedColony
import Topology

/// Many seeds, in as many processes as there are processors: until the first failure, or all.
struct SeedCampaign {
  private let file: TopologyFile
  private let choice: SeedChoice
  private var tally = SeedTally()

  /// Between two lines of progress.
  static let progressNanos: Int64 = 10_000_000_000
  /// Between two looks at the workers.
  static let lookNanos: Int64 = 100_000_000
  /// A campaign so long must have exercised every rule.
  static let longCampaign = 100

  init(_ file: TopologyFile, _ choice: SeedChoice) {
    self.file = file
    self.choice = choice
  }

  /// Exit code 0 if every seed was sound and a long campaign has exercised every rule.
  mutating func run() throws(CommandFailure) -> Int32 {
    let begun = Clock.bootNanos()
    do throws(FileError) {
      let folder = try FileSystem.temporaryDirectory("waggle-seeds-")
      var workers = try (0..<choice.jobs).map { (index) throws(FileError) in
        try SeedShare(index, choice, file.path, folder)
      }
      var told = begun
      while workers.contains(where: { !$0.isOver }) {
        ProcessControl.pause(nanos: Self.lookNanos)
        for index in workers.indices { try workers[index].look(&tally) }
        if Clock.bootNanos() - told >= Self.progressNanos {
          told = Clock.bootNanos()
          Output.write(tally.progress(of: choice.seeds, nanos: told - begun) + "\n")
        }
        let hasFailed = !tally.failures.isEmpty && !choice.runsAll
        if hasFailed || isOver(after: Clock.bootNanos() - begun) { for worker in workers { worker.stop() } }
      }
      try FileSystem.remove(folder)
    } catch {
      throw CommandFailure(.environment, "\(error)")
    }
    return conclude(nanos: Clock.bootNanos() - begun)
  }

  private func isOver(after nanos: Int64) -> Bool {
    choice.stopMinutes.map { Double(nanos) > $0 * 6e10 } ?? false
  }

  private func conclude(nanos: Int64) -> Int32 {
    Output.write(tally.summary(of: choice.seeds, nanos: nanos))
    for failure in tally.failures.sorted(by: { $0.seed < $1.seed }) {
      Output.write(
        "FAILED seed \(failure.seed): \(failure.text)\n  look at it: waggle seeds"
          + " \(choice.words.joined(separator: " ")) --seed \(failure.seed)\n")
    }
    guard tally.failures.isEmpty else { return 1 }
    let idle = tally.idleRules
    guard tally.seeds >= Self.longCampaign, !idle.isEmpty else { return 0 }
    Output.write(
      "JUDGED NOTHING: \(idle.joined(separator: ", ")): of these rules the campaign proves nothing\n")
    return 1
  }
}

/// One worker's share of a campaign: every n-th seed, by a process that is started again after a trap.
struct SeedShare {
  private let arguments: [String]
  private let choice: SeedChoice
  private let path: String
  private var process: ChildProcess?
  private var read = 0
  /// The seed that is being run.
  private var present: UInt64?
  private var next: UInt64
  private(set) var isOver = false

  init(_ index: Int, _ choice: SeedChoice, _ topology: String, _ folder: String) throws(FileError) {
    self.choice = choice
    path = "\(folder)/\(index)"
    next = choice.seeds.lowerBound + UInt64(index)
    arguments =
      ["\(try FileSystem.programDirectory())/waggle", "seeds"] + choice.words
      + ["--worker", "\(ProcessStats.ownPID)", "--jobs", "\(choice.jobs)"]
    try start()
  }

  private mutating func start() throws(FileError) {
    guard next <= choice.seeds.upperBound else {
      isOver = true
      return
    }
    process = try ChildProcess(
      arguments + ["--seeds", "\(next)..\(choice.seeds.upperBound)"], output: .append(path: path))
  }

  func stop() {
    do throws(SystemError) { try process?.send(signal: 15) } catch {
      // It has ended by itself.
    }
  }

  /// Takes in what the worker has said, and that it has ended.
  mutating func look(_ tally: inout SeedTally) throws(FileError) {
    guard !isOver, let process else { return }
    let end = process.poll()
    try readLines(&tally)
    guard let end else { return }
    if case .exited(code: 0) = end {
      isOver = true
    } else if case .signaled(signal: 15) = end {
      isOver = true
    } else {
      let seed = present ?? next
      tally.fail(seed, "the program ends: \(end): \(try lastLines())")
      next = seed + UInt64(choice.jobs)
      if choice.runsAll { try start() } else { isOver = true }
    }
  }

  private mutating func readLines(_ tally: inout SeedTally) throws(FileError) {
    guard try FileSystem.exists(path) else { return }
    let bytes = try FileSystem.read(path, maxBytes: 1 << 28)
    guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")), last >= read else { return }
    for line in bytes[read...last].split(separator: UInt8(ascii: "\n")) {
      guard line.first == UInt8(ascii: "{") else { continue }
      let node: SyntaxNode
      do throws(SyntaxError) { node = try JSON5Reader.read(String(decoding: line, as: UTF8.self)) } catch {
        continue
      }
      if let begun = node["begins"]?.integer {
        present = UInt64(begun)
        next = UInt64(begun)
      } else if let record = SeedRecord(node) {
        tally.take(record)
      }
    }
    read = last + 1
  }

  /// What a program said before it trapped.
  private func lastLines() throws(FileError) -> String {
    let bytes = try FileSystem.read(path, maxBytes: 1 << 28)
    let lines = String(decoding: bytes.suffix(20_000), as: UTF8.self).split(separator: "\n")
    return lines.first { $0.contains("Fatal error") }.map { String($0) } ?? "no word"
  }
}

/// What a campaign has seen so far.
struct SeedTally {
  struct Failure {
    let seed: UInt64
    let text: String
  }

  private(set) var seeds = 0
  private(set) var failures: [Failure] = []
  private var virtualNanos: Int64 = 0
  private var orders = 0
  private var trades = 0
  private var repeated = 0
  private var judged = Array(repeating: 0, count: SeedRule.allCases.count)
  private var struck = Array(repeating: 0, count: Fault.Kind.allCases.count)

  mutating func take(_ record: SeedRecord) {
    seeds += 1
    virtualNanos += record.virtualNanos
    orders += record.orders
    trades += record.trades
    for place in judged.indices { judged[place] += record.judged[place] }
    for place in struck.indices { struck[place] += record.struck[place] }
    if record.repeats != nil { repeated += 1 }
    if record.repeats == false { fail(record.seed, "a second run came out differently") }
    if let failure = record.failure { fail(record.seed, failure.text) }
  }

  mutating func fail(_ seed: UInt64, _ text: String) { failures.append(Failure(seed: seed, text: text)) }

  /// Rules that judged nothing.
  var idleRules: [String] {
    SeedRule.allCases.indices.filter { judged[$0] == 0 }.map { SeedRule.allCases[$0].rawValue }
  }

  func progress(of range: ClosedRange<UInt64>, nanos: Int64) -> String {
    let hours = Double(nanos) / 3.6e12
    let all = range.upperBound - range.lowerBound + 1
    return "\(seeds) of \(all) seeds, \(Int(Double(seeds) / hours)) an hour, \(virtualHours) virtual hours,"
      + " \(failures.count) failed"
  }

  func summary(of range: ClosedRange<UInt64>, nanos: Int64) -> String {
    let rules = SeedRule.allCases.indices.map { "\(SeedRule.allCases[$0].rawValue) \(judged[$0])" }
    let kinds = Fault.Kind.allCases.indices.map { "\(Fault.Kind.allCases[$0].rawValue) \(struck[$0])" }
    return """
      \(progress(of: range, nanos: nanos))
      \(orders) orders, \(trades) trades; \(repeated) seeds run twice
      judged: \(rules.joined(separator: ", "))
      struck: \(kinds.joined(separator: ", "))

      """
  }

  private var virtualHours: String {
    let tenths = virtualNanos / 360_000_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}
