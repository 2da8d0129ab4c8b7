import Testing
import Trading

@Test func checkedArithmeticAnswersNilInsteadOfWrapping() {
  #expect(Price(raw: 2).adding(Price(raw: 3)) == Price(raw: 5))
  #expect(Price.max.adding(Price(raw: 1)) == nil)
  #expect(Price.min.subtracting(Price(raw: 1)) == nil)
  #expect(Price.min.negated() == nil)
  #expect(Price.min.absolute() == nil)
  #expect(Price(raw: -7).absolute() == Price(raw: 7))
  #expect(Price.max.negated() == Price(raw: -Int64.max))
  #expect(Quantity.max.times(2) == nil)
  #expect(Quantity(raw: 3).times(-2) == Quantity(raw: -6))
  #expect(Notional.max.adding(Notional(raw: 1)) == nil)
  #expect(Money(whole: 92_233_720_369) == nil)
  #expect(Money(whole: 92_233_720_368)?.raw == 9_223_372_036_800_000_000)
}

@Test func halfEvenRoundsToTheEvenNeighbourOnBothSidesOfZero() {
  let vectors: [(Int128, Int128)] = [
    (5, 0), (15, 2), (25, 2), (-5, 0), (-15, -2), (-25, -2), (14, 1), (16, 2),
  ]
  for (numerator, expected) in vectors {
    #expect(numerator.dividedHalfEven(by: 10) == expected, "\(numerator) / 10")
    #expect((-numerator).dividedHalfEven(by: -10) == expected, "\(-numerator) / -10")
  }
  #expect(Int128.min.dividedHalfEven(by: 1) == .min)
  #expect(Int128.max.dividedHalfEven(by: -1) == -Int128.max)
  #expect(Int128.max.dividedHalfEven(by: .min) == -1)
  #expect(Int128.min.dividedHalfEven(by: .max) == -1)
  #expect((Int128.max / 2).dividedHalfEven(by: .max) == 0)
  #expect((Int128.max / 2 + 1).dividedHalfEven(by: .max) == 1)
}

@Test func aProductIsDividedWithoutLosingItsUpperHalf() {
  #expect(Int128.max.multiplied(by: .max, dividedHalfEvenBy: .max) == .max)
  #expect(Int128.min.multiplied(by: .min, dividedHalfEvenBy: .min) == .min)
  #expect(Int128.max.multiplied(by: 2, dividedHalfEvenBy: 1) == nil)
  #expect(Int128.max.multiplied(by: .max, dividedHalfEvenBy: 2) == nil)
  #expect(Int128.min.multiplied(by: -1, dividedHalfEvenBy: 1) == nil)
  #expect(Int128(7).multiplied(by: -3, dividedHalfEvenBy: 2) == -10)
  #expect(Int128.max.multiplied(by: 3, dividedHalfEvenBy: 6) == 1 << 126)
}

@Test func wideDivisionAgreesWithItsOwnInverse() {
  let seed: UInt64 = 31
  var random = SplitMix64(seed: seed)
  for round in 0..<20_000 {
    let context: Comment = "seed \(seed), round \(round)"
    let value = Int128(Int64(bitPattern: random.next())) * Int128(Int64(bitPattern: random.next()))
    let divisor = Int128(random.next() >> random.below(60)) + 1
    let factor = Int128(random.below(UInt64(clamping: divisor)) + 1)
    guard let result = value.multiplied(by: factor, dividedHalfEvenBy: divisor) else {
      Issue.record(context)
      continue
    }
    // |result * divisor - value * factor| <= divisor / 2, shown modulo 2^128, where the small difference
    // survives.
    let difference = result &* divisor &- value &* factor
    #expect(difference.magnitude * 2 <= divisor.magnitude, context)
    if difference.magnitude * 2 == divisor.magnitude { #expect(result & 1 == 0, context) }
  }
}

@Test func priceTimesQuantityIsExactOverTheWholeRange() throws {
  #expect(try Price.parse("100.013") * Quantity.parse("0.3") == Notional.parse("30.0039"))
  #expect((Price(raw: 1) * Quantity(raw: 1)).raw == 1)
  #expect((Price.min * Quantity.min).raw == 1 << 126)
  #expect((Price.max * Quantity.min).raw == Int128(Int64.max) * Int128(Int64.min))
}

@Test func moneyIsRoundedHalfEvenOnce() throws {
  #expect(try Money(rounding: Notional.parse("1.000000005")) == Money.parse("1"))
  #expect(try Money(rounding: Notional.parse("1.000000015")) == Money.parse("1.00000002"))
  #expect(try Money(rounding: Notional.parse("1.00000000500000001")) == Money.parse("1.00000001"))
  #expect(try Money(rounding: Notional.parse("-1.000000015")) == Money.parse("-1.00000002"))
  #expect(Money(rounding: .max) == nil)
  #expect(Money(rounding: Price.max * Quantity.max) == nil)
  #expect(Money(rounding: Notional(.min)) == .min)
  #expect(try Notional(Money.parse("-0.00000001")) == Notional.parse("-0.00000001"))
}

@Test func basisPointsTakeExactFractions() throws {
  let notional = try Price.parse("30000") * Quantity.parse("2")
  #expect(try notional * Bps.parse("1") == Notional.parse("6"))
  #expect(try notional * Bps.parse("-0.5") == Notional.parse("-3"))
  #expect(try notional * Bps.parse("10000") == notional)
  #expect(try Notional(raw: 5_000) * Bps.parse("1") == .zero)
  #expect(try Notional(raw: 15_000) * Bps.parse("1") == Notional(raw: 2))
  #expect(try Notional.max * Bps.parse("10000") == .max)
  #expect(try Notional.max * Bps.parse("10000.000001") == nil)
  #expect(try Bps.parse("2.5").ratio == 0.00025)
  #expect(try Price.parse("30000").moved(by: Bps.parse("-2.5")) == Price.parse("29992.5"))
  #expect(try Price.max.moved(by: Bps.parse("1")) == nil)
  #expect(Price.max.moved(by: .max) == nil)
}

@Test func modelNumbersBecomePricesOnceOrNotAtAll() throws {
  #expect(try Price(nearest: 0.1) == Price.parse("0.1"))
  #expect(try Price(nearest: -100.013) == Price.parse("-100.013"))
  #expect(Price(nearest: .nan) == nil)
  #expect(Price(nearest: .infinity) == nil)
  #expect(Price(nearest: -.infinity) == nil)
  #expect(Price(nearest: 9_223_372_037) == nil)
  #expect(Price(nearest: 1e300) == nil)
  #expect(try Price.parse("61234.5").double == 61234.5)
  #expect(try Notional.parse("60000").double == 60000)
}

@Test func aMillionTenthsAreExactlyAHundredThousand() throws {
  let tenth = try Money.parse("0.1")
  var sum = Money.zero
  for _ in 0..<1_000_000 { sum += tenth }
  #expect(sum == Money(whole: 100_000))
}
