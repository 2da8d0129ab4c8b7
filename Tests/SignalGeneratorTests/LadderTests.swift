import Strategies
import Testing
import Trading

@Suite struct LadderTests {
  private let one = Quantity(raw: 100_000_000)

  private func fault(
    _ ladder: QuoteLadder, on name: String = "quoted", life: Duration = .seconds(1), threshold: Double = 0
  ) -> StrategyFault? {
    var out = Outputs(seed: 1)
    out.quote(name, ladder, around: .mid, validFor: life, requoteThresholdBps: threshold)
    return out.fault
  }

  @Test func aGoodLadderIsNoFault() {
    var ladder = QuoteLadder()
    ladder.bids.append(QuoteLevel(offsetBps: -1, quantity: one))
    ladder.bids.append(QuoteLevel(offsetBps: 2, quantity: one, urgency: 1))
    #expect(fault(ladder) == nil)
    #expect(fault(QuoteLadder()) == nil)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func anOffsetThatIsNoNumberIsAFault(offset: Double) {
    let bad = QuoteLevel(offsetBps: offset, quantity: one)
    let good = QuoteLevel(offsetBps: 1, quantity: one)
    #expect(fault(QuoteLadder(bids: bad, asks: good)) == .notANumber("the offset of bid 0"))
    #expect(fault(QuoteLadder(bids: good, asks: bad)) == .notANumber("the offset of ask 0"))
  }

  @Test func sizesUrgenciesAndOrderAreChecked() {
    let good = QuoteLevel(offsetBps: 1, quantity: one)
    #expect(fault(QuoteLadder(bids: QuoteLevel(offsetBps: 1, quantity: .zero), asks: good)) != nil)
    #expect(fault(QuoteLadder(bids: good, asks: QuoteLevel(offsetBps: 1, quantity: -one))) != nil)
    for urgency in [-0.1, 1.1, .nan] {
      let bad = QuoteLevel(offsetBps: 1, quantity: one, urgency: urgency)
      #expect(fault(QuoteLadder(bids: bad, asks: good)) != nil)
    }
    var unsorted = QuoteLadder()
    unsorted.asks.append(QuoteLevel(offsetBps: 2, quantity: one))
    unsorted.asks.append(QuoteLevel(offsetBps: 1, quantity: one))
    #expect(fault(unsorted) == .invalidOutput("ask 1 is nearer than the one before"))
  }

  @Test func nameLifeAndThresholdAreChecked() {
    let ladder = QuoteLadder()
    #expect(fault(ladder, on: "hedge") != nil)
    for life in [Duration.zero, .seconds(-1), .seconds(61), .seconds(Int64.max)] {
      #expect(fault(ladder, life: life) != nil, "\(life)")
    }
    #expect(fault(ladder, threshold: .nan) != nil)
    #expect(fault(ladder, threshold: -1) != nil)
  }

  @Test func aSideHoldsSixteenLevelsAndNoMore() {
    var levels = QuoteLevels()
    for depth in 0..<16 {
      let added = levels.append(QuoteLevel(offsetBps: Double(depth), quantity: one))
      #expect(added)
    }
    let seventeenth = levels.append(QuoteLevel(offsetBps: 99, quantity: one))
    #expect(!seventeenth)
    #expect(levels.count == 16)
    #expect(levels[15].offsetBps == 15)
  }
}
