import SimulatedColony

/// What a campaign has seen so far.
package struct SeedTally {
  /// Where a line of the summary ends.
  package static let columns = 100

  package private(set) var seeds: UInt64 = 0
  package private(set) var failures = 0
  /// The first seeds that failed; more are counted, not kept.
  private var failed: [UInt64] = []
  private var virtualNanos: Int64 = 0
  private var orders = 0
  private var trades = 0
  private var repeated = 0
  private var judged = Array(repeating: 0, count: SeedRule.allCases.count)
  private var struck = Array(repeating: 0, count: Fault.Kind.allCases.count)
  private let command: (UInt64) -> String
  private let tell: (String) -> Void

  private static let mostFailed = 1_000

  /// - Parameters:
  ///   - command: what looks at a seed again.
  ///   - tell: takes what is news, at once: a campaign may be cut off before its end.
  package init(command: @escaping (UInt64) -> String, tell: @escaping (String) -> Void) {
    self.command = command
    self.tell = tell
  }

  mutating func take(_ record: SeedRecord) {
    seeds += 1
    virtualNanos += record.virtualNanos
    orders += record.orders
    trades += record.trades
    for place in judged.indices { judged[place] += record.judged[place] }
    for place in struck.indices { struck[place] += record.struck[place] }
    if record.repeats != nil { repeated += 1 }
    if let failure = record.failure {
      fail(record.seed, failure.text)
    } else if record.repeats == false {
      fail(record.seed, "a second run came out differently")
    }
  }

  mutating func fail(_ seed: UInt64, _ text: String) {
    failures += 1
    if failed.count < Self.mostFailed { failed.append(seed) }
    tell("FAILED seed \(seed): \(text)\n  look at it: \(command(seed))\n")
  }

  /// What is wrong, but of no seed.
  mutating func fail(worker: Int, _ text: String) {
    failures += 1
    tell("FAILED worker \(worker): \(text)\n")
  }

  /// Rules that judged nothing.
  package var idleRules: [String] {
    SeedRule.allCases.indices.filter { judged[$0] == 0 }.map { SeedRule.allCases[$0].rawValue }
  }

  package func progress(of all: UInt64, nanos: Int64) -> String {
    let hours = Double(max(1, nanos)) / 3.6e12
    let rate = min(Double(seeds) / hours, 1e9).rounded()
    return "\(seeds) of \(all) seeds, \(Int(rate)) an hour, \(Self.hours(virtualNanos)) virtual hours,"
      + " \(failures) failed\n"
  }

  package func summary(of all: UInt64, nanos: Int64) -> String {
    let rules = SeedRule.allCases.indices.map { "\(SeedRule.allCases[$0].rawValue) \(judged[$0])" }
    let kinds = Fault.Kind.allCases.indices.map { "\(Fault.Kind.allCases[$0].rawValue) \(struck[$0])" }
    var text = progress(of: all, nanos: nanos)
    text += "\(orders) orders, \(trades) trades; \(repeated) seeds run twice\n"
    text += Self.list("judged", rules) + Self.list("struck", kinds)
    if !failed.isEmpty { text += Self.list("failed seeds", failed.sorted().map { "\($0)" }) }
    return text
  }

  /// `name: one, two`, in lines that a terminal shows whole.
  package static func list(_ name: String, _ items: [String]) -> String {
    var (lines, line) = ("", "\(name):")
    for (place, item) in items.enumerated() {
      let word = item + (place < items.count - 1 ? "," : "")
      if line.count + 1 + word.count > columns {
        lines += line + "\n"
        line = String(repeating: " ", count: name.count + 1)
      }
      line += " " + word
    }
    return lines + line + "\n"
  }

  /// To the nearest tenth; below one hour, where tenths say little, to the nearest hundredth.
  package static func hours(_ nanos: Int64) -> String {
    let hundredths = (nanos + 18_000_000_000) / 36_000_000_000
    if hundredths < 100 { return "0.\(hundredths / 10)\(hundredths % 10)" }
    let tenths = (nanos + 180_000_000_000) / 360_000_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}
