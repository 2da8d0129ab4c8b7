import JSON5
import Testing

@Test(arguments: [
  ("0", "0"), ("-0", "0"), ("+7", "7"), ("0.10", "0.1"), (".5", "0.5"), ("5.", "5"), ("-5.250", "-5.25"),
  ("1e3", "1000"), ("1.5e3", "1500"), ("1.5e-3", "0.0015"), ("25e-1", "2.5"), ("100", "100"),
  ("0xFF", "255"), ("-0x10", "-16"), ("0.1", "0.1"), ("9007199254740993", "9007199254740993"),
  ("0.000000000000000001", "0.000000000000000001"), ("1e64", "1" + String(repeating: "0", count: 64)),
])
func numbersKeepTheirExactDecimal(text: String, decimal: String) {
  #expect(NumberText(text)?.plainDecimal == decimal)
}

@Test(arguments: ["Infinity", "-Infinity", "NaN", "1e65", "1e-66", "1e99999999999", "0x10000000000000000"])
func numbersBeyondReasonHaveNoDecimal(text: String) throws {
  let number = try #require(NumberText(text))
  #expect(number.plainDecimal == nil)
  #expect(number.integer == nil)
}

@Test func aMillionZerosCostLittle() {
  let zeros = String(repeating: "0", count: 1_000_000)
  #expect(NumberText("0." + zeros + "1")?.double == 0)
  #expect(NumberText("0." + zeros)?.plainDecimal == "0")
  #expect(NumberText("1" + zeros)?.integer == nil)
}

@Test func wholeNumbersAreExactOrRefused() {
  #expect(NumberText("9223372036854775807")?.integer == Int64.max)
  #expect(NumberText("-9223372036854775808")?.integer == Int64.min)
  #expect(NumberText("9223372036854775808")?.integer == nil)
  #expect(NumberText("5.0")?.integer == 5)
  #expect(NumberText("5.5")?.integer == nil)
}

@Test func doublesAreTheNearestAndFinite() {
  #expect(NumberText("0.05")?.double == 0.05)
  #expect(NumberText("-1.25e-3")?.double == -0.00125)
  #expect(NumberText("0x10")?.double == 16)
  #expect(NumberText("1e400")?.double == nil)
  #expect(NumberText("NaN")?.double == nil)
}

@Test(arguments: ["", " 1", "1 ", "1,", "abc", "--1", "1_000"])
func whatIsNoNumberIsRefused(text: String) {
  #expect(NumberText(text) == nil)
}
