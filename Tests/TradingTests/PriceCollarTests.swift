import Testing
import Trading

private func refusal(
  _ side: Side, _ price: String, reference: String? = "100", ageNanos: Int64 = 0
) throws -> PriceCollarRefusal? {
  let collar = try PriceCollar(limit: .parse("200"), band: .parse("4000"), maxAgeNanos: 1_000)
  return try collar.refusal(
    side, .parse(price), reference: reference.map { text in try Price.parse(text) }, ageNanos: ageNanos)
}

@Test func aPricePastTheCollarIsRefusedAndOneOnItIsNot() throws {
  let reference = try Price.parse("100")
  #expect(try refusal(.buy, "102") == nil)
  #expect(try refusal(.buy, "102.000000001") == .beyondLimit(.parse("102.000000001"), reference: reference))
  #expect(try refusal(.buy, "102.01") == .beyondLimit(.parse("102.01"), reference: reference))
  #expect(try refusal(.sell, "97.99") == .beyondLimit(.parse("97.99"), reference: reference))
  #expect(try refusal(.sell, "98") == nil)
  #expect(try refusal(.buy, "60") == nil)
  #expect(try refusal(.sell, "140") == nil)
}

@Test func aPriceFarAwayIsAMistakeEvenWhenItCannotTrade() throws {
  let reference = try Price.parse("100")
  #expect(try refusal(.buy, "50") == .beyondBand(.parse("50"), reference: reference))
  #expect(try refusal(.sell, "1000") == .beyondBand(.parse("1000"), reference: reference))
}

@Test func withoutAValidReferenceNothingPasses() throws {
  #expect(try refusal(.buy, "100", reference: nil) == .noReference)
  #expect(try refusal(.buy, "100", reference: "0") == .noReference)
  #expect(try refusal(.buy, "100", reference: "-100") == .noReference)
  #expect(try refusal(.buy, "100", ageNanos: 1_000) == nil)
  #expect(try refusal(.buy, "100", ageNanos: 1_001) == .referenceTooOld(ageNanos: 1_001))
  #expect(try refusal(.buy, "100", ageNanos: -1) == .referenceTooOld(ageNanos: -1))
  #expect(try refusal(.sell, "0") == .priceNotPositive(.zero))
  #expect(try refusal(.sell, "-1") == .priceNotPositive(.parse("-1")))
}

@Test func theCollarHoldsAtTheEdgeOfTheRange() {
  let widest = PriceCollar(limit: .max, band: .max, maxAgeNanos: .max)
  #expect(widest.refusal(.buy, .max, reference: .max, ageNanos: .max) == nil)
  #expect(widest.refusal(.buy, .max, reference: Price(raw: 1), ageNanos: 0) != nil)
  let narrowest = PriceCollar(limit: .zero, band: .zero, maxAgeNanos: 0)
  #expect(narrowest.refusal(.sell, .max, reference: .max, ageNanos: 0) == nil)
  #expect(narrowest.refusal(.sell, Price(raw: 1), reference: .max, ageNanos: 0) != nil)
}
