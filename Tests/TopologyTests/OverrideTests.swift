import Testing
import Topology

private let sample = Sample()
private let replay = sample.replacing("mode: \"paper\"", "mode: \"replay\"").replacing(
  "source: \"synthetic\", midPrice: \"60000\", meanOrderQuantity: \"0.05\",",
  "source: \"capture\", format: \"binance-spot\", files: [\"a.gz\"],")

@Test func nothingOverriddenChangesNothing() throws {
  let topology = try sample.load()
  #expect(try topology.applying(Topology.Overrides()) == topology)
}

@Test func portBaseAndSeedReplaceTheFiles() throws {
  let changed = try sample.load().applying(Topology.Overrides(portBase: 6000, seed: 77))
  #expect(changed.component(named: "venue")?.publish.description == "tcp://127.0.0.1:6001")
  guard case .venue(let venue) = changed.component(named: "venue")?.role,
    case .synthetic(let market) = venue.market
  else {
    Issue.record("no synthetic market")
    return
  }
  #expect(market.seed == 77)
  #expect(try changed.applying(Topology.Overrides(portBase: 5710, seed: 1)) == sample.load())
}

@Test func filesAndSpeedReplaceTheFiles() throws {
  let overrides = Topology.Overrides(captureFiles: ["/x/b.gz", "/x/c.gz"], speed: 10)
  let changed = try replay.load().applying(overrides)
  #expect(changed.session.speed == 10)
  guard case .venue(let venue) = changed.component(named: "venue")?.role,
    case .capture(let market) = venue.market
  else {
    Issue.record("no capture")
    return
  }
  #expect(market.format == "binance-spot")
  #expect(market.files == ["/x/b.gz", "/x/c.gz"])
}

@Test func overridesWithoutAMeaningAreErrors() throws {
  let paper = try sample.load()
  let recorded = try replay.load()
  #expect(throws: OverrideError.noCapture) { try paper.applying(.init(captureFiles: ["a"])) }
  #expect(throws: OverrideError.speedOutsideReplay(.paper)) { try paper.applying(.init(speed: 2)) }
  #expect(throws: OverrideError.seedOutOfRange(1 << 63)) { try paper.applying(.init(seed: 1 << 63)) }
  #expect(throws: OverrideError.noSyntheticMarket) { try recorded.applying(.init(seed: 1)) }
  for speed in [0, -1, 1000.5, .infinity] {
    #expect(throws: OverrideError.speedOutOfRange(speed)) { try recorded.applying(.init(speed: speed)) }
  }
  #expect(throws: OverrideError.self) { try recorded.applying(.init(speed: .nan)) }
  #expect(throws: OverrideError.portBase(.portOutOfRange(component: "venue", base: 65535))) {
    try paper.applying(.init(portBase: 65535))
  }
}
