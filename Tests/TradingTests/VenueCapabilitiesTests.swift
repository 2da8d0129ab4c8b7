import Testing
import Trading

@Suite struct VenueCapabilitiesTests {
  private static func with(
    stops: Bool, reduceOnly: Bool, pairs: Bool
  ) -> VenueCapabilities {
    var capabilities = VenueCapabilities.simulated
    if !stops { capabilities.orderTypes.remove(.stop) }
    if !reduceOnly { capabilities.execInsts.remove(.reduceOnly) }
    if pairs { capabilities.orderLists.insert(.pair) }
    return capabilities
  }

  /// Stops, reduce-only, pairs; whether the executor guards targets, whether legs are linked.
  @Test(arguments: [
    (true, true, true, false, false), (true, true, false, false, false), (true, false, true, false, true),
    (true, false, false, true, false), (false, true, true, false, false), (false, true, false, false, false),
    (false, false, true, false, false), (false, false, false, false, false),
  ])
  func whatProtectsFollowsFromWhatThereIs(
    _ stops: Bool, _ reduceOnly: Bool, _ pairs: Bool, _ guards: Bool, _ links: Bool
  ) {
    let venue = Self.with(stops: stops, reduceOnly: reduceOnly, pairs: pairs)
    #expect((venue.hasStops, venue.hasReduceOnly, venue.has(.pairs)) == (stops, reduceOnly, pairs))
    #expect((venue.guardsTargets, venue.linksLegs) == (guards, links))
  }

  @Test func theSimulatedVenueHasAllButPairs() {
    let missing = VenueCapabilities.Feature.allCases.filter { !VenueCapabilities.simulated.has($0) }
    #expect(missing == [.pairs])
  }

  @Test func onlyWhatIsReliedOnCanBeMissing() {
    let poor = Self.with(stops: false, reduceOnly: false, pairs: false)
    #expect(VenueCapabilities.simulated.missing(in: poor) == [.stopOrders, .reduceOnly])
    #expect(poor.missing(in: .simulated).isEmpty && poor.missing(in: poor).isEmpty)
    // Nobody works with these.
    var odd = VenueCapabilities.simulated
    odd.orderTypes.remove(.market)
    odd.timesInForce.remove(.fok)
    odd.amend = .none
    #expect(VenueCapabilities.simulated.missing(in: odd).isEmpty)
  }

  @Test func narrowedIsWhatBothHaveWhicheverIsAsked() {
    var one = Self.with(stops: true, reduceOnly: false, pairs: true)
    one.amend = .losesPriority
    one.clientIDs = VenueCapabilities.ClientIDs(
      longest: 32, characters: [.digits, .capitals], rule: .uniqueEver)
    one.recvWindowNanos = nil
    one.doubt = .sequence
    one.deadMan = VenueCapabilities.DeadMan(shortestNanos: 10, longestNanos: 50, kills: [.working, .stops])
    one.counts = VenueCapabilities.Counts(openOrders: 30)
    one.messageBudget = VenueCapabilities.MessageBudget(perSecond: 5, burst: 40)
    var other = VenueCapabilities.simulated
    other.deadMan = VenueCapabilities.DeadMan(shortestNanos: 20, longestNanos: 90, kills: .working)
    other.counts = VenueCapabilities.Counts(openOrders: 20, conditionalOrders: 4)
    other.messageBudget = VenueCapabilities.MessageBudget(perSecond: 9, burst: 20)
    let both = one.narrowed(by: other)
    #expect(both == other.narrowed(by: one))
    #expect(both.hasStops && !both.hasReduceOnly && both.orderLists.isEmpty)
    #expect(both.amend == .losesPriority && both.doubt == .sequence && both.recvWindowNanos == nil)
    #expect(both.clientIDs == one.clientIDs)
    #expect(
      both.deadMan
        == VenueCapabilities.DeadMan(shortestNanos: 20, longestNanos: 50, kills: [.working, .stops]))
    #expect(both.counts == VenueCapabilities.Counts(openOrders: 20, conditionalOrders: 4))
    #expect(both.messageBudget == VenueCapabilities.MessageBudget(perSecond: 5, burst: 20))
    #expect(one.narrowed(by: one) == one)
    other.deadMan?.shortestNanos = 60
    #expect(one.narrowed(by: other).deadMan == nil, "no time suits both")
  }

  @Test func anIdThatIsTooShortOrOfOtherCharactersHasNoRoomForOurs() {
    var venue = VenueCapabilities.simulated
    venue.clientIDs.longest = ClOrdID.textLength - 1
    #expect(!venue.has(.clientIDs))
    venue.clientIDs.longest = ClOrdID.textLength
    #expect(venue.has(.clientIDs))
    venue.clientIDs.characters = [.digits, .smallLetters]
    #expect(!venue.has(.clientIDs))
  }
}
