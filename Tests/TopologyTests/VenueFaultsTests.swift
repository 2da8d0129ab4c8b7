import Testing
import Topology

private let sample = Sample()

/// The sample with these settings of the venue added.
private func with(_ settings: String) -> Sample {
  sample.replacing("settings: {\n        market: {", "settings: {\n        \(settings),\n        market: {")
}

private func venue(_ sample: Sample) throws -> VenueRole {
  let component = try #require(sample.load().component(named: "venue"))
  guard case .venue(let role) = component.role else { preconditionFailure("the venue is none") }
  return role
}

@Test func aVenueTakesStopsUnlessItSaysOtherwise() throws {
  #expect(try venue(sample).capabilities.hasStops)
  #expect(try venue(with("stopOrders: false")).capabilities.hasStops == false)
  expectOnly(.wrongType, at: "1,\n", in: with("stopOrders: 1"))
}

@Test func aVenueReducesOnlyAndLinksNothingUnlessItSaysOtherwise() throws {
  let usual = try venue(sample)
  #expect(usual.capabilities.hasReduceOnly && !usual.capabilities.has(.pairs))
  let other = try venue(with("reduceOnly: false, pairs: true"))
  #expect(!other.capabilities.hasReduceOnly && other.capabilities.has(.pairs))
  expectOnly(.wrongType, at: "1,\n", in: with("reduceOnly: 1"))
  expectOnly(.wrongType, at: "1,\n", in: with("pairs: 1"))
}

@Test func aVenueAnswersWellUnlessFaultsAreOrdered() throws {
  #expect(try venue(sample).faults == nil)
  let none = try #require(try venue(with("faults: {}")).faults)
  #expect(none.seed == 1 && none.lostReports == 0 && none.queryLagNanos == 0)
  #expect(none.lateNanos == 200_000_000...15_000_000_000)
  #expect(none.disconnectNanos == 200_000_000...1_500_000_000)
}

@Test func everyFaultIsRead() throws {
  let faults = try #require(
    try venue(
      with(
        "faults: { seed: 7, lostReports: 0.01, lateReports: 0.02, duplicateReports: 0.03, "
          + "reorderedReports: 0.04, lostRequests: 0.05, lateRequests: 0.06, lostQueries: 0.07, "
          + "rateLimitAnswers: 0.08, unknownStatusAnswers: 0.09, rejectAfterAccept: 0.1, "
          + "lateMillis: [5, 12000], queryLagMillis: 300, disconnectsPerMinute: 2.5, "
          + "disconnectMillis: [100, 900] }")
    ).faults)
  #expect(faults.seed == 7)
  #expect(
    [faults.lostReports, faults.lateReports, faults.duplicateReports, faults.reorderedReports]
      == [0.01, 0.02, 0.03, 0.04])
  #expect([faults.lostRequests, faults.lateRequests, faults.lostQueries] == [0.05, 0.06, 0.07])
  #expect(
    [faults.rateLimitAnswers, faults.unknownStatusAnswers, faults.rejectAfterAccept] == [0.08, 0.09, 0.1])
  #expect(faults.lateNanos == 5_000_000...12_000_000_000)
  #expect(faults.queryLagNanos == 300_000_000)
  #expect(faults.disconnectsPerMinute == 2.5)
  #expect(faults.disconnectNanos == 100_000_000...900_000_000)
}

@Test(arguments: [
  ("lostReports: 1.01", "1.01"), ("lateRequests: -0.1", "-0.1"), ("queryLagMillis: 501", "501"),
  ("disconnectsPerMinute: 601", "601"), ("lateMillis: [9, 8]", "[9, 8]"), ("lateMillis: [0, 8]", "[0, 8]"),
  ("disconnectMillis: [1, 60001]", "[1, 60001]"),
])
func faultsOutOfRangeAreRefused(setting: String, place: String) {
  expectOnly(.outOfRange, at: place, in: with("faults: { \(setting) }"))
}

@Test func timesOfFaultsAreTwoNumbers() {
  expectOnly(.wrongType, at: "77 }", in: with("faults: { lateMillis: 77 }"))
  expectOnly(.wrongType, at: "[77]", in: with("faults: { lateMillis: [77] }"))
  expectOnly(.unknownKey, at: "lostAnswers", in: with("faults: { lostAnswers: 1 }"))
}

@Test func aLiveSessionHasNoFaults() {
  let live = with("faults: { lostReports: 0.1 }").replacing("mode: \"paper\"", "mode: \"live\"")
  #expect(live.problems().contains { $0.check == .outOfPlace && $0.path.hasSuffix("faults") })
}
