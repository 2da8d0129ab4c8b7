import Testing
import Trading

private func refusal<Value: FixedPoint>(_ type: Value.Type, _ text: String) -> DecimalError? {
  do throws(DecimalError) {
    _ = try Value.parse(text)
    return nil
  } catch {
    return error
  }
}

@Test func decimalsAreReadByTheirDigits() throws {
  #expect(try Price.parse("100.013").raw == 100_013_000_000)
  #expect(try Price.parse("0").raw == 0)
  #expect(try Price.parse("-0").raw == 0)
  #expect(try Price.parse("-0.000000001").raw == -1)
  #expect(try Price.parse("000000000000000000000000000000023.230").raw == 23_230_000_000)
  #expect(try Quantity.parse("0.00000001").raw == 1)
  #expect(try Money.parse("27.79").raw == 2_779_000_000)
  #expect(try Notional.parse("0.00000000000000001").raw == 1)
  #expect(try Bps.parse("2.5").raw == 2_500_000)
  // 0.1 + 0.2 is 0.3 here, unlike in binary.
  #expect(try Price.parse("0.1") + Price.parse("0.2") == Price.parse("0.3"))
}

@Test func theWholeRangeIsReadAndOneUnitMoreIsRefused() throws {
  #expect(try Price.parse("9223372036.854775807") == .max)
  #expect(try Price.parse("-9223372036.854775808") == .min)
  #expect(try Quantity.parse("92233720368.54775807") == .max)
  #expect(try Quantity.parse("-92233720368.54775808") == .min)
  #expect(try Notional.parse("1701411834604692317316.87303715884105727") == .max)
  #expect(try Notional.parse("-1701411834604692317316.87303715884105728") == .min)
  for text in [
    "9223372036.854775808", "-9223372036.854775809", "9223372037", "18446744073709551616",
    "99999999999999999999999999999999999999999999999999",
  ] {
    #expect(refusal(Price.self, text) == .outOfRange, "\(text)")
  }
  #expect(refusal(Notional.self, "1701411834604692317316.87303715884105728") == .outOfRange)
}

@Test func whatIsNotAnExactDecimalIsRefusedWithThePlace() {
  #expect(refusal(Price.self, "") == .empty)
  #expect(refusal(Price.self, "-") == .missingDigit(offset: 1))
  #expect(refusal(Price.self, ".5") == .missingDigit(offset: 0))
  #expect(refusal(Price.self, "-.5") == .missingDigit(offset: 1))
  #expect(refusal(Price.self, "5.") == .missingDigit(offset: 2))
  #expect(refusal(Price.self, ".") == .missingDigit(offset: 0))
  #expect(refusal(Price.self, "+1") == .unexpectedByte(UInt8(ascii: "+"), offset: 0))
  #expect(refusal(Price.self, "--1") == .unexpectedByte(UInt8(ascii: "-"), offset: 1))
  #expect(refusal(Price.self, "1-") == .unexpectedByte(UInt8(ascii: "-"), offset: 1))
  #expect(refusal(Price.self, " 1") == .unexpectedByte(0x20, offset: 0))
  #expect(refusal(Price.self, "1 ") == .unexpectedByte(0x20, offset: 1))
  #expect(refusal(Price.self, "1e5") == .unexpectedByte(UInt8(ascii: "e"), offset: 1))
  #expect(refusal(Price.self, "1.2.3") == .unexpectedByte(UInt8(ascii: "."), offset: 3))
  #expect(refusal(Price.self, "1,000") == .unexpectedByte(UInt8(ascii: ","), offset: 1))
  #expect(refusal(Price.self, "NaN") == .unexpectedByte(UInt8(ascii: "N"), offset: 0))
  #expect(refusal(Price.self, "٣") == .unexpectedByte(0xd9, offset: 0))
  #expect(refusal(Price.self, "1\u{0}") == .unexpectedByte(0, offset: 1))
}

@Test func moreDecimalsThanTheScaleAreRefusedEvenZeros() {
  #expect(refusal(Price.self, "1.0000000001") == .tooManyDecimals(limit: 9))
  #expect(refusal(Price.self, "1.0000000000") == .tooManyDecimals(limit: 9))
  #expect(refusal(Quantity.self, "1.000000001") == .tooManyDecimals(limit: 8))
  #expect(refusal(Bps.self, "1.0000001") == .tooManyDecimals(limit: 6))
}

@Test func bytesSpansAndTextAreReadAlike() throws {
  let bytes = Array("61234.50".utf8)
  let expected = try Price.parse("61234.50")
  #expect(try Price.parse(bytes) == expected)
  #expect(try Price.parse(bytes[...]) == expected)
  #expect(try Price.parse(bytes.span) == expected)
  #expect(try Price.parse("x61234.50y".dropFirst().dropLast()) == expected)
  let bad = Array("6x".utf8)
  #expect(throws: DecimalError.unexpectedByte(UInt8(ascii: "x"), offset: 1)) { try Price.parse(bad.span) }
}

@Test func decimalsArePrintedExactly() throws {
  #expect(Price(raw: 100_013_000_000).description == "100.013")
  #expect(Price(raw: 1_000_000_000).description == "1")
  #expect(Price(raw: 10_000_000_000).description == "10")
  #expect(Price.zero.description == "0")
  #expect(Price(raw: -1).description == "-0.000000001")
  #expect(Price.min.description == "-9223372036.854775808")
  #expect(Notional.max.description == "1701411834604692317316.87303715884105727")
  #expect(Notional.min.description == "-1701411834604692317316.87303715884105728")
  #expect(try Price.parse("5").text(minimumDecimals: 2) == "5.00")
  #expect(try Price.parse("5.5").text(minimumDecimals: 2) == "5.50")
  #expect(try Price.parse("5.555").text(minimumDecimals: 2) == "5.555")
  #expect(try Price.parse("0.1").text(minimumDecimals: 12) == "0.100000000000")
  var line = Array("px=".utf8)
  try Price.parse("-12.5").write(to: &line)
  #expect(line == Array("px=-12.5".utf8))
}

@Test func displayRoundsHalfEven() throws {
  #expect(try Price.parse("0.125").text(roundedTo: 2) == "0.12")
  #expect(try Price.parse("0.135").text(roundedTo: 2) == "0.14")
  #expect(try Price.parse("0.125000001").text(roundedTo: 2) == "0.13")
  #expect(try Price.parse("-0.004").text(roundedTo: 2) == "0.00")
  #expect(try Price.parse("-1.5").text(roundedTo: 0) == "-2")
  #expect(try Price.parse("9.999").text(roundedTo: 2) == "10.00")
  #expect(Price.min.text(roundedTo: 0) == "-9223372037")
  #expect(try Price.parse("1.5").text(roundedTo: 12) == "1.500000000000")
}

@Test func printedValuesReadBackUnchanged() throws {
  let seed: UInt64 = 20_260_731
  var random = SplitMix64(seed: seed)
  for round in 0..<20_000 {
    let raw = Int64(bitPattern: random.next()) >> Int64(random.below(64))
    let price = Price(raw: raw)
    let wide = Notional(raw: Int128(raw) * Int128(Int64(bitPattern: random.next())))
    let decimals = Int(random.below(12))
    let context: Comment = "seed \(seed), round \(round), raw \(raw)"
    #expect(try Price.parse(price.description) == price, context)
    #expect(try Notional.parse(wide.description) == wide, context)
    if decimals <= 9 { #expect(try Price.parse(price.text(minimumDecimals: decimals)) == price, context) }
  }
}

@Test func noByteStringTrapsTheReaderAndOnlyDecimalsPass() {
  let seed: UInt64 = 77
  var random = SplitMix64(seed: seed)
  let alphabet = Array("0123456789.-+e 9".utf8)
  var accepted = 0
  for round in 0..<50_000 {
    let bytes = (0..<Int(random.below(24))).map { _ in alphabet[Int(random.below(16))] }
    do throws(DecimalError) {
      let value = try Quantity.parse(bytes)
      accepted += 1
      let isDecimal = bytes.allSatisfy { (48...57).contains($0) || $0 == 46 || $0 == 45 }
      #expect(isDecimal, "seed \(seed), round \(round): \(bytes) gave \(value)")
    } catch {
      // Refused, as most of these must be.
      #expect(!error.description.isEmpty)
    }
  }
  #expect(accepted > 500)
}
