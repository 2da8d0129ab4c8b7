import Arguments
import Console
import JSON5
import Platform
import SimulatedColony
import Topology

/// Which seeds are asked for, and how they are run.
struct SeedChoice {
  let seeds: ClosedRange<UInt64>
  /// Many seeds in several processes, or one that is looked at.
  let isCampaign: Bool
  /// The process of the campaign that this one works for; nil where it is called by a person.
  let campaign: Int32?
  let minutes: Double
  let jobs: Int
  /// Real minutes after which a campaign begins no more seeds; nil for never.
  let stopMinutes: Double?
  /// Goes on after a failure.
  let runsAll: Bool
  /// Only says what would happen.
  let isPlanOnly: Bool
  /// What a file changes of every plan.
  let faults: String?
  let tracePath: String?
  /// How long the time for faults is, ms.
  let faultMillis: Int64
  /// The words that repeat it, but for the seeds and the file of faults,
  private let words: [String]
  /// and those of the file.
  private let faultWords: [String]

  init(_ arguments: Arguments, _ topology: Topology) throws(CommandFailure) {
    do throws(UsageError) {
      try Self.refuseIdle(arguments)
      isCampaign = arguments.has("--seeds")
      seeds = try Self.seeds(arguments)
      campaign = try arguments.integer("--worker", in: 1...Int32.max)
      minutes = try arguments.number("--minutes", in: 0.1...60) ?? 1
      stopMinutes = try arguments.number("--stop-after", in: 0.1...100_000)
      jobs = try arguments.integer("--jobs", in: 1...256) ?? Self.processors
    } catch {
      throw CommandFailure(error)
    }
    runsAll = arguments.has("--all")
    isPlanOnly = arguments.has("--plan")
    tracePath = arguments.text("--trace")
    faults = try arguments.text("--faults").map(Self.faults)
    faultWords = arguments.text("--faults").map { ["--faults", $0] } ?? []
    let whole = minutes == minutes.rounded() ? "\(Int(minutes))" : "\(minutes)"
    var words = [arguments.operands[0]]
    if arguments.has("--minutes") { words += ["--minutes", whole] }
    #if CANARIES
      words += CanaryChoice.words(arguments)
    #endif
    self.words = words
    var plan = SeedPlan(seed: seeds.lowerBound, minutes: minutes, of: topology)
    if let faults {
      let path = arguments.text("--faults") ?? ""
      do throws(FaultFileError) { plan = try plan.changed(by: faults, in: topology) } catch {
        throw CommandFailure(.usage, "\(path):\(error)")
      }
      try Self.refuseMinutes(arguments, faults, path)
    }
    faultMillis = plan.faultMillis
  }

  /// What would be passed over is refused: whoever writes it expects it to do something.
  private static func refuseIdle(_ arguments: Arguments) throws(UsageError) {
    let isCampaign = arguments.has("--seeds")
    for option in ["--seed", "--trace", "--plan"] where isCampaign && arguments.has(option) {
      throw UsageError("\(option) is of one seed and does not go with --seeds", hint: "leave one of them out")
    }
    for option in ["--all", "--jobs", "--stop-after", "--worker"] where !isCampaign && arguments.has(option) {
      throw UsageError("\(option) is of a campaign and needs --seeds", hint: "--seeds A..B, or without it")
    }
    if arguments.has("--plan"), arguments.has("--trace") {
      throw UsageError("--trace draws a run, and with --plan there is none", hint: "leave one of them out")
    }
  }

  private static func refuseMinutes(
    _ arguments: Arguments, _ faults: String, _ path: String
  ) throws(CommandFailure) {
    do throws(SyntaxError) {
      guard try JSON5Reader.read(faults)["faultMillis"] != nil, arguments.has("--minutes") else { return }
    } catch {
      throw CommandFailure(.usage, "\(path):\(error)")
    }
    let text = "--minutes does not go with \(path), whose 'faultMillis' says how long faults may happen"
    throw CommandFailure(UsageError(text, hint: "leave one of them out"))
  }

  private static func seeds(_ arguments: Arguments) throws(UsageError) -> ClosedRange<UInt64> {
    if let text = arguments.text("--seeds") { return try SeedRange.read(text) }
    let seed = UInt64(try arguments.integer("--seed", in: 0...Int64.max) ?? 1)
    return seed...seed
  }

  private static func faults(_ path: String) throws(CommandFailure) -> String {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileSystem.read(path, maxBytes: JSON5Reader.maxBytes) } catch {
      let hint = error.isMissing ? "; --faults names a file as docs/SIMULATION.md, section 4, shows it" : ""
      throw CommandFailure(error.isMissing ? .usage : .environment, "\(error)\(hint)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(.usage, "\(path): it is no UTF-8 text, and so no file of faults")
    }
    return text
  }

  private static var processors: Int {
    do throws(SystemError) { return max(1, try Processors.allowed().count) } catch { return 1 }
  }
}

// MARK: - Plans and words

extension SeedChoice {
  func plan(_ seed: UInt64, _ topology: Topology) -> SeedPlan {
    let plan = SeedPlan(seed: seed, minutes: minutes, of: topology)
    guard let faults else { return plan }
    do throws(FaultFileError) { return try plan.changed(by: faults, in: topology) } catch {
      preconditionFailure("a file of faults that was checked: \(error)")
    }
  }

  /// The words of a worker that runs every `jobs`-th seed from one on.
  func worker(from seed: UInt64, of process: Int32) -> [String] {
    ["seeds"] + words + faultWords
      + ["--seeds", "\(seed)..\(seeds.upperBound)", "--worker", "\(process)", "--jobs", "\(jobs)"]
  }

  /// The command that looks at a seed of it.
  func command(seed: UInt64) -> String {
    "waggle seeds " + ShellWords.text(words + ["--seed", "\(seed)"] + faultWords)
  }

  /// The same with another file of faults, which says how long there are some.
  func command(seed: UInt64, faults path: String) -> String {
    var words = words
    if let index = words.firstIndex(of: "--minutes") { words.removeSubrange(index...index + 1) }
    return "waggle seeds " + ShellWords.text(words + ["--seed", "\(seed)", "--faults", path])
  }
}
