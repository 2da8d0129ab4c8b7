import Testing
import Trading
import Vocabulary
import Wire

@Suite struct OrderIdentityTests {
  @Test func anIdSurvivesTheWire() {
    for id in [
      ClOrdID(account: 1, epoch: 1, counter: 1),
      ClOrdID(account: .max, epoch: .max, counter: .max),
      ClOrdID(account: 0, epoch: 0, counter: 0),
    ] {
      #expect(ClOrdID(ClOrdIDText(id)) == id)
    }
  }

  @Test func textOfAnotherProgramIsNoIdOfOurs() throws {
    #expect(ClOrdID(ClOrdIDText()) == nil)
    #expect(ClOrdID(try #require(ClOrdIDText("x-somebody-else"))) == nil)
    #expect(ClOrdID(try #require(ClOrdIDText(String(repeating: "9", count: 36)))) == nil)
  }
}
