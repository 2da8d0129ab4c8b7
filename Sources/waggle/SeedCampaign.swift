import Console
import Platform
import SimulatedColony

/// Many seeds, in as many processes as there are processors: until the first failure, or all.
struct SeedCampaign {
  private let choice: SeedChoice
  private let begun = Clock.bootNanos()
  private var tally: SeedTally
  private var shares: [SeedShare] = []
  /// Begins no more seeds, because its time is up.
  private var isClosing = false

  /// Between two lines of progress; the first comes when there is something to tell, and soon.
  static let progressNanos: Int64 = 10_000_000_000
  static let firstProgressNanos: Int64 = 2_000_000_000
  /// Between two looks at the workers.
  static let lookNanos: Int64 = 100_000_000
  /// A campaign so long must have exercised every rule.
  static let longCampaign = 100
  /// SIGHUP, SIGINT, SIGTERM.
  static let endingSignals: [Int32] = [1, 2, 15]

  init(_ choice: SeedChoice) {
    self.choice = choice
    tally = SeedTally(command: choice.command(seed:), tell: Output.write)
  }

  /// Exit code 0 only if every seed that was asked for was run and sound, and a long campaign has exercised
  /// every rule; with an end by the clock every seed that was begun, and one at least.
  consuming func run() throws(CommandFailure) -> Int32 {
    let signals: SignalSource
    do throws(SystemError) { signals = try SignalSource(Self.endingSignals) } catch {
      throw CommandFailure(.environment, "\(error)")
    }
    return conclude(try inFolder(signals))
  }

  /// Whatever happens, no worker and no folder stays behind.
  private mutating func inFolder(_ signals: borrowing SignalSource) throws(CommandFailure) -> Int32? {
    do throws(FileError) {
      let folder = try FileSystem.temporaryDirectory("waggle-seeds-")
      let result: Result<Int32?, FileError>
      do throws(FileError) { result = .success(try work(in: folder, signals)) } catch {
        result = .failure(error)
      }
      try killAll()
      try FileSystem.remove(folder)
      return try result.get()
    } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }

  /// The signal that ended it, nil where it came to its own end.
  private mutating func work(
    in folder: String, _ signals: borrowing SignalSource
  ) throws(FileError) -> Int32? {
    try start(in: folder)
    var told: Int64 = 0
    while shares.contains(where: { !$0.isOver }) {
      ProcessControl.pause(nanos: Self.lookNanos)
      for share in shares { try share.look(&tally) }
      if let signal = signals.next() { return signal }
      let age = Clock.bootNanos() - begun
      let isFirst = told == 0 && (tally.seeds > 0 || age >= Self.firstProgressNanos)
      if isFirst || told > 0 && age - told >= Self.progressNanos {
        told = age
        Output.write(tally.progress(of: count, nanos: age))
      }
      if tally.failures > 0, !choice.runsAll { return nil }
      if let minutes = choice.stopMinutes, Double(age) > minutes * 6e10 {
        isClosing = true
        for share in shares { share.endSoon() }
      }
    }
    return nil
  }

  private mutating func start(in folder: String) throws(FileError) {
    let program = try FileSystem.programPath()
    let choice = choice
    // A longer run takes longer.
    let seedNanos = SeedShare.seedNanos / 60_000 * max(60_000, choice.faultMillis)
    for index in 0..<choice.jobs {
      let share = SeedShare(
        index, of: choice.seeds, step: choice.jobs, goesOn: choice.runsAll, path: "\(folder)/\(index)",
        seedNanos: seedNanos
      ) { [program] + choice.worker(from: $0, of: ProcessStats.ownPID) }
      shares.append(share)
      try share.start()
    }
  }

  /// None of them outlives the campaign, and what they had said by then counts.
  private mutating func killAll() throws(FileError) {
    for share in shares where !share.isOver { share.kill() }
    while shares.contains(where: { !$0.isOver }) {
      for share in shares { try share.look(&tally) }
      ProcessControl.pause(nanos: Self.lookNanos / 10)
    }
  }
}

// MARK: - What came of it

extension SeedCampaign {
  private var count: UInt64 { choice.seeds.upperBound - choice.seeds.lowerBound + 1 }

  private func conclude(_ signal: Int32?) -> Int32 {
    Output.write(tally.summary(of: count, nanos: Clock.bootNanos() - begun))
    let unfinished = shares.compactMap(\.unfinished).sorted()
    if !unfinished.isEmpty {
      Output.write(SeedTally.list("begun and not finished", unfinished.map { "\($0)" }))
    }
    if let signal {
      Output.write("ENDED by signal \(signal): the seeds that are not counted above were not run\n")
      return 128 + signal
    }
    guard tally.failures == 0 else { return 1 }
    if let problem {
      Output.write(problem + "\n")
      return 1
    }
    return 0
  }

  /// Why a campaign without a failure proves nothing; nil where it does.
  private var problem: String? {
    guard tally.seeds > 0 else {
      return "RAN NOTHING: no seed came to its end: give it more time by --stop-after"
    }
    guard isClosing || tally.seeds == count else {
      return "NOT ALL: \(count - tally.seeds) of the seeds were not run: run them again"
    }
    let idle = tally.idleRules
    guard tally.seeds >= UInt64(Self.longCampaign), !idle.isEmpty else { return nil }
    return "JUDGED NOTHING: \(idle.joined(separator: ", ")): of these rules the campaign proves nothing"
  }
}
