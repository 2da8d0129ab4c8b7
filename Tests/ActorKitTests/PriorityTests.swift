import ActorKit
import Testing
import Wire

@Suite struct PriorityTests {
  @Test func whatFreesOrProtectsMoneyGoesFirst() {
    #expect(Priority.allCases.sorted() == [.systemError, .fill, .reject, .timer, .marketData])
  }

  @Test func everyKindOfMessageHasItsPlace() {
    #expect(Priority(.command) == .systemError)
    #expect(Priority(.permit) == .systemError)
    #expect(Priority(.venueReport) == .fill)
    #expect(Priority(.riskDecision) == .reject)
    #expect(Priority(.targetQuotes) == .timer)
    #expect(Priority(.bookDelta) == .marketData)
    #expect(Priority(.venueMarketData) == .marketData)
  }
}
