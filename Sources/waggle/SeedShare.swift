import JSON5
import Platform

/// One worker's share of a campaign: every n-th seed, by a process that is started again after a trap.
///
/// A seed counts as run only if the worker said that it begins, in its turn, and what came of it. Whatever
/// else happens is a failure that is told: a campaign is sound only by what it has accounted for.
package final class SeedShare {
  /// A seed that takes longer hangs.
  package static let seedNanos: Int64 = 600_000_000_000
  /// Bound of the lines kept of what a process says that is no record, and of each of them.
  private static let (mostWords, longestWord) = (200, 400)

  private let index: Int
  private let step: UInt64
  private let last: UInt64
  private let path: String
  private let seedNanos: Int64
  private let goesOn: Bool
  private let command: (UInt64) -> [String]

  private var process: ChildProcess?
  private var lines: SeedLines?
  /// The seed that is being run, and since when.
  private var present: (seed: UInt64, since: Int64)?
  /// The seed that comes next; nil after the last.
  private var next: UInt64?
  private var hasBegunOne = false
  /// What this process has said that is no record.
  private var words: [String] = []
  private var isAskedToEnd = false
  private var isKilled = false
  private var hangs = false
  package private(set) var isOver = false

  /// - Parameters:
  ///   - index: which of the shares; it has the seeds `first + index`, `first + index + step`, ….
  ///   - goesOn: whether another process takes over after a failure.
  ///   - path: what its processes write.
  ///   - command: starts one at a seed.
  package init(
    _ index: Int, of seeds: ClosedRange<UInt64>, step: Int, goesOn: Bool, path: String,
    seedNanos: Int64 = SeedShare.seedNanos, command: @escaping (UInt64) -> [String]
  ) {
    self.index = index
    self.step = UInt64(step)
    last = seeds.upperBound
    self.path = path
    self.seedNanos = seedNanos
    self.goesOn = goesOn
    self.command = command
    next = Self.after(seeds.lowerBound, UInt64(index), last)
  }

  private static func after(_ seed: UInt64, _ step: UInt64, _ last: UInt64) -> UInt64? {
    let (next, isOver) = seed.addingReportingOverflow(step)
    return isOver || next > last ? nil : next
  }

  package func start() throws(FileError) {
    guard let next else {
      isOver = true
      return
    }
    (hasBegunOne, hangs, words) = (false, false, [])
    process = nil
    // In a group of its own: Ctrl-C is the campaign's, which ends its workers itself.
    process = try ChildProcess(command(next), output: .append(path: path), ownGroup: true)
    if lines == nil { lines = try SeedLines(path) }
  }

  /// Finishes its seed and begins none any more.
  package func endSoon() {
    guard !isAskedToEnd else { return }
    isAskedToEnd = true
    send(15)
  }

  /// Ends at once.
  package func kill() {
    isKilled = true
    // Where none could be started nothing will ever be said.
    if process == nil { isOver = true }
    send(9)
  }

  private func send(_ signal: Int32) {
    do throws(SystemError) { try process?.send(signal: signal) } catch {
      // It has ended by itself.
    }
  }

  /// Takes in what the worker has said, and that it has ended.
  package func look(_ tally: inout SeedTally) throws(FileError) {
    guard !isOver, let process, let lines else { return }
    let end = process.poll()
    for line in try lines.next() { take(line, &tally) }
    if let end {
      let rest = lines.takeRest()
      if !rest.isEmpty { note(rest) }
      try take(end, &tally)
    } else if let present, !hangs, Clock.bootNanos() - present.since > seedNanos {
      hangs = true
      tally.fail(present.seed, "it did not end in \(seedNanos / 1_000_000_000) s and was killed")
      send(9)
    }
  }

  /// Whether a seed was begun of which nobody knows what comes of it.
  package var unfinished: UInt64? { hangs ? nil : present?.seed }
}

// MARK: - What it says

extension SeedShare {
  private func take(_ line: String, _ tally: inout SeedTally) {
    guard line.hasPrefix("{") else { return note(line) }
    let node: SyntaxNode
    do throws(SyntaxError) { node = try JSON5Reader.read(line) } catch {
      return tally.fail(worker: index, "a line of it cannot be read: \(line.prefix(Self.longestWord))")
    }
    if let begun = node["begins"]?.integer.flatMap(UInt64.init(exactly:)) {
      guard present == nil, begun == next else {
        let expected = (present?.seed ?? next).map { "\($0)" } ?? "no more"
        return tally.fail(worker: index, "it begins seed \(begun), where \(expected) is to be run")
      }
      present = (begun, Clock.bootNanos())
      next = Self.after(begun, step, last)
      hasBegunOne = true
    } else if let record = SeedRecord(node), record.seed == present?.seed {
      present = nil
      // One that was killed because it hung has been told of.
      if !hangs { tally.take(record) }
    } else {
      tally.fail(
        worker: index,
        "a line of it is no record of seed \(present.map { "\($0.seed)" } ?? "-"): "
          + line.prefix(Self.longestWord))
    }
  }

  private func note(_ line: String) {
    if words.count < Self.mostWords { words.append(String(line.prefix(Self.longestWord))) }
  }

  /// What it said before it ended: where it trapped, else its last word.
  private var lastWord: String {
    words.first { $0.contains("Fatal error") } ?? words.last { !$0.isEmpty } ?? "no word"
  }
}

// MARK: - How it ends

extension SeedShare {
  private func take(_ end: ChildStatus, _ tally: inout SeedTally) throws(FileError) {
    if isKilled {
      isOver = true
    } else if end == .exited(code: 0), present == nil, next == nil || isAskedToEnd {
      isOver = true
      if !words.isEmpty { tally.fail(worker: index, "a line of it cannot be read: \(lastWord)") }
    } else if end == .signaled(signal: 15), present == nil, isAskedToEnd {
      // It was asked before it listened, and had begun nothing.
      isOver = true
    } else {
      try takeFailure(end, &tally)
    }
  }

  private func takeFailure(_ end: ChildStatus, _ tally: inout SeedTally) throws(FileError) {
    if let seed = present?.seed {
      if !hangs { tally.fail(seed, "the program ends: \(end): \(lastWord)") }
    } else {
      let rest = next.map { "before it begins seed \($0)" } ?? "after its last seed"
      tally.fail(worker: index, "the program ends \(rest): \(end): \(lastWord)")
    }
    present = nil
    // One that begins nothing would end for the same reason again, for each seed.
    if goesOn, hasBegunOne, !isAskedToEnd { try start() } else { isOver = true }
  }
}
