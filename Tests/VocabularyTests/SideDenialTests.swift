import ActorKit
import Testing
import Trading
import Vocabulary
import Wire

@Suite struct SideDenialTests {
  private let tooMuch = Finding(.position, .quantity, measured: Int64(11), limit: 10)

  @Test func aCheckThatGoesOnObjectingIsCountedAndToldOnceASecond() {
    var denial = SideDenial()
    var told: [UInt64] = []
    for tick in 1...300 {
      let boot = Int64(tick) * 10 * .nanosPerMilli
      if denial.note(tooMuch, revision: UInt64(tick), atBoot: boot) { told.append(denial.count) }
    }
    #expect(told == [1, 101, 201] && denial.count == 300)
  }

  @Test func whatChangesIsToldAtOnce() {
    var denial = SideDenial()
    var told: [Bool] = []
    var counts: [UInt64] = []
    let verdicts: [(Finding?, Bool)] = [
      (nil, false), (tooMuch, false), (Finding(.noPermit), false), (Finding(.noPermit), true), (nil, true),
      (nil, false),
    ]
    for (revision, verdict) in verdicts.enumerated() {
      told.append(
        denial.note(verdict.0, isPartial: verdict.1, revision: UInt64(revision), atBoot: Int64(revision)))
      counts.append(denial.count)
    }
    #expect(told == [false, true, true, true, true, false] && counts == [0, 1, 1, 2, 0, 0])
    #expect(!denial.isPartial && denial.finding == nil)
  }

  @Test func quotesThatAreJudgedAgainCountOnce() {
    var denial = SideDenial()
    let first = denial.note(tooMuch, revision: 1, atBoot: 0)
    let again = denial.note(tooMuch, revision: 1, atBoot: 5 * .nanosPerSecond)
    #expect(first && !again && denial.count == 1)
  }

  @Test func theMessageSaysWhatStands() {
    var denial = SideDenial()
    _ = denial.note(tooMuch, isPartial: true, revision: 9, atBoot: 0)
    let told = QuoteDenial(
      account: 1, strategy: 2, instrument: 3, gate: .executor, side: .sell, denial)
    #expect(told.verdict == .reduced && told.check == .position && told.unit == .quantity)
    #expect(told.measured == 11 && told.limit == 10 && told.count == 1 && told.revision == 9)
    _ = denial.note(nil, revision: 10, atBoot: 0)
    let over = QuoteDenial(account: 1, strategy: 2, instrument: 3, gate: .executor, side: .sell, denial)
    #expect(over.verdict == .accepted && over.check == .none && over.measured == nil && over.count == 0)
    #expect(over.key == told.key)
    let other = QuoteDenial(account: 1, strategy: 2, instrument: 3, gate: .risk, side: .sell, denial)
    #expect(other.key != told.key)
  }
}
