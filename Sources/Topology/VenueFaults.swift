import JSON5
import Trading

/// `faults: { seed: 7, lostReports: 0.01, … }`: how badly a simulated venue answers the executors, so that
/// what must survive a real one can be tried. Each kind is described in docs/VENUES.md. Left out, the venue
/// answers well. Refused in a live session.
public struct VenueFaults: Sendable, Equatable {
  /// `seed`, 0…2^63-1, default 1: all faults come from it.
  public let seed: UInt64
  /// The probability of each report, request or query, all 0…1, default 0.
  public let lostReports: Double
  public let lateReports: Double
  public let duplicateReports: Double
  public let reorderedReports: Double
  public let lostRequests: Double
  public let lateRequests: Double
  public let lostQueries: Double
  public let rateLimitAnswers: Double
  public let unknownStatusAnswers: Double
  public let rejectAfterAccept: Double
  /// `lateMillis`, two of 1…60000, default [200, 15000]: by how much something is late, at least and at most.
  public let lateNanos: ClosedRange<Int64>
  /// `queryLagMillis`, 0…500, default 0: queries answer with an account as old as this.
  public let queryLagNanos: Int64
  /// `disconnectsPerMinute`, 0…600, default 0.
  public let disconnectsPerMinute: Double
  /// `disconnectMillis`, two of 1…60000, default [200, 1500]: shortest and longest time without a line.
  public let disconnectNanos: ClosedRange<Int64>

  static let keys = [
    "seed", "lostReports", "lateReports", "duplicateReports", "reorderedReports", "lostRequests",
    "lateRequests", "lostQueries", "rateLimitAnswers", "unknownStatusAnswers", "rejectAfterAccept",
    "lateMillis", "queryLagMillis", "disconnectsPerMinute", "disconnectMillis",
  ]

  /// The faults among a venue's settings; nil if there are none or one is wrong, which is reported.
  init?(of settings: Section, mode: Session.Mode?) {
    guard settings.has("faults") else { return nil }
    if mode == .live {
      settings.report(
        .outOfPlace, key: "faults", "a live session has no faults to order",
        hint: "remove them, or set session mode: \"paper\"")
    }
    guard let section = settings.section("faults", keys: Self.keys) else { return nil }
    func probability(_ key: String) -> Double? { section.number(key, in: 0...1, default: 0)?.value }
    let seed: Located<UInt64>? = section.integer("seed", in: 0...SyntheticMarket.maxSeed, default: 1)
    let reports = ["lostReports", "lateReports", "duplicateReports", "reorderedReports"].map(probability)
    let requests = ["lostRequests", "lateRequests", "lostQueries"].map(probability)
    let answers = ["rateLimitAnswers", "unknownStatusAnswers", "rejectAfterAccept"].map(probability)
    let late = section.nanosRange("lateMillis", .milliseconds, in: 1...60_000, default: 200...15_000)
    let lag = section.nanos("queryLagMillis", .milliseconds, in: 0...500, default: 0)
    let disconnects = section.number("disconnectsPerMinute", in: 0...600, default: 0)
    let disconnect = section.nanosRange(
      "disconnectMillis", .milliseconds, in: 1...60_000, default: 200...1_500)
    let all = (reports + requests + answers).compactMap { $0 }
    guard let seed, all.count == 10, let late, let lag, let disconnects, let disconnect else { return nil }
    self.seed = seed.value
    (lostReports, lateReports, duplicateReports, reorderedReports) = (all[0], all[1], all[2], all[3])
    (lostRequests, lateRequests, lostQueries) = (all[4], all[5], all[6])
    (rateLimitAnswers, unknownStatusAnswers, rejectAfterAccept) = (all[7], all[8], all[9])
    lateNanos = late
    queryLagNanos = lag.value
    disconnectsPerMinute = disconnects.value
    disconnectNanos = disconnect
  }
}
