import ActorKit
import Testing
import Wire

@Suite struct MarketClockCheckTests {
  private static let wall: Int64 = 1_700_000_000_000_000_000
  private static let hour: Int64 = 3_600_000_000_000

  private static func state(_ start: Int64?, _ wall: Int64? = wall, speed: UInt32 = 1_000) -> SessionState {
    SessionState(
      envelope: Envelope(origin: 0), revision: 1, state: .live, cause: .none, permit: .open, halted: 0,
      degradations: 0, interruptions: 0, sinceNanos: 0, marketStartNanos: start, wallStartNanos: wall,
      speedMilli: speed)
  }

  private static func verdict(_ check: inout MarketClockCheck, _ state: SessionState)
    -> MarketClockCheck.Verdict
  { check.judge(state, wallNanos: wall + 60_000_000_000) }

  @Test func theFirstClockIsBelievedWhereverItStands() {
    for start in [0, wall, 7_000_000_000_000_000_000] {
      var check = MarketClockCheck()
      #expect(Self.verdict(&check, Self.state(nil, nil)) == .believed)
      #expect(Self.verdict(&check, Self.state(start, speed: 1_000_000)) == .believed)
    }
  }

  private let wall = Self.wall

  @Test(arguments: [-1, 1, Self.hour - 1]) func aSmallStepIsBelieved(step: Int64) {
    var check = MarketClockCheck()
    #expect(Self.verdict(&check, Self.state(wall)) == .believed)
    #expect(Self.verdict(&check, Self.state(wall + step)) == .believed)
    #expect(Self.verdict(&check, Self.state(wall, speed: 20_000)) == .believed)
  }

  @Test func aLeapIsBelievedWhenItIsToldAgainAndOnlyThen() {
    let leaps = [
      Self.state(wall + 2 * Self.hour), Self.state(wall - 2 * Self.hour), Self.state(0),
      Self.state(wall, 0), Self.state(7_258_118_400_000_000_000), Self.state(wall, speed: 1_000_000_000),
    ]
    for (number, leap) in leaps.enumerated() {
      var check = MarketClockCheck()
      #expect(Self.verdict(&check, Self.state(wall)) == .believed)
      #expect(Self.verdict(&check, leap) == .doubted)
      // The old clock goes on, and what was doubted before it is forgotten.
      #expect(Self.verdict(&check, Self.state(wall)) == .believed)
      #expect(Self.verdict(&check, Self.state(nil, nil)) == .believed, "it stands still")
      #expect(Self.verdict(&check, leap) == .doubted, "\(number)")
      #expect(Self.verdict(&check, leaps[(number + 1) % leaps.count]) == .doubted, "another wild one")
      #expect(Self.verdict(&check, leap) == .doubted)
      #expect(Self.verdict(&check, leap) == .believed)
      #expect(Self.verdict(&check, leap) == .believed)
    }
  }

  @Test func whatMakesNoClockIsRefusedHoweverOftenItIsTold() {
    var check = MarketClockCheck()
    #expect(Self.verdict(&check, Self.state(wall)) == .believed)
    let none = [
      Self.state(.max), Self.state(-1), Self.state(wall, nil), Self.state(nil), Self.state(wall, .max),
      Self.state(wall, speed: 0), Self.state(wall, speed: .max), Self.state(.min, .min),
    ]
    for state in none + none { #expect(Self.verdict(&check, state) == .impossible, "\(state)") }
    #expect(Self.verdict(&check, Self.state(wall)) == .believed)
  }
}
