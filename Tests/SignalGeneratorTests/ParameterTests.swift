import Strategies
import Testing

@Suite struct ParameterTests {
  struct Parameters: StrategyParameters {
    @Live(0.001...1, unit: "1/bps") var gamma = 0.05
    @Live(1...50) var lots = 5
    @Fixed var levels = 3
    @Fixed(0...10) var shift = 0.0
  }

  @Test func namesRangesAndDefaultsAreReadFromTheDeclarations() {
    #expect(
      Parameters.descriptions == [
        ParameterDescription(name: "gamma", value: 0.05, range: 0.001...1, isLive: true, unit: "1/bps"),
        ParameterDescription(name: "lots", value: 5, range: 1...50, isLive: true),
        ParameterDescription(name: "levels", value: 3, range: nil, isLive: false),
        ParameterDescription(name: "shift", value: 0, range: 0...10, isLive: false),
      ])
  }

  @Test func settingsTakeThePlaceOfDefaults() throws {
    let parameters = try Parameters(settings: [("lots", 50), ("gamma", 0.001)])
    #expect(parameters.lots == 50)
    #expect(parameters.gamma == 0.001)
    #expect(parameters.levels == 3)
    #expect(try Parameters(settings: []) == Parameters())
  }

  @Test func everyMistakeIsReported() {
    let settings: [(String, Double)] = [
      ("gama", 1), ("gamma", .nan), ("lots", 51), ("levels", 2.5), ("shift", -0.1), ("lots", 4),
    ]
    #expect {
      try Parameters(settings: settings)
    } throws: { error in
      (error as? ParameterErrors)?.errors == [
        .unknown("gama", known: ["gamma", "lots", "levels", "shift"]), .notANumber("gamma"),
        .outOfRange("lots", 51, 1...50), .notWhole("levels", 2.5), .outOfRange("shift", -0.1, 0...10),
        .givenTwice("lots"),
      ]
    }
  }

  @Test func infinityIsNoSetting() {
    for value in [Double.infinity, -.infinity] {
      #expect(throws: ParameterErrors(errors: [.notANumber("gamma")])) {
        try Parameters(settings: [("gamma", value)])
      }
    }
    #expect(throws: ParameterErrors(errors: [.notWhole("levels", 1e300)])) {
      try Parameters(settings: [("levels", 1e300)])
    }
  }

  @Test func mistakesAreTellingInWords() {
    let error = ParameterError.outOfRange("lots", 51, 1...50)
    #expect(error.description == "'lots' is 51.0, but must be from 1.0 to 50.0")
  }

  @Test func theMakersParametersAreThoseOfTheTopologies() throws {
    let given: [(String, Double)] = [
      ("gamma", 0.01), ("k", 0.8), ("a", 1), ("lotQuantity", 0.01), ("maxInventoryLots", 20), ("levels", 3),
      ("minHalfSpreadBps", 1.5), ("requoteThresholdBps", 0.5), ("quoteLifeMillis", 1_000), ("volatilityZ", 1),
    ]
    let parameters = try GLFTMaker.Parameters(settings: given)
    #expect(parameters.k == 0.8)
    #expect(parameters.quoteLifeMillis == 1_000)
  }
}
