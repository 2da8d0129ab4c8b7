import JSON5
import Testing

private func sample(isPretty: Bool) -> JSONWriter {
  var writer = JSONWriter(isPretty: isPretty)
  writer.beginObject()
  writer.member("z", 1)
  writer.member("a", decimal: "-0.10")
  writer.key("list")
  writer.beginArray()
  writer.value("x")
  writer.value(true)
  writer.null()
  writer.beginObject()
  writer.endObject()
  writer.endArray()
  writer.member("d", 0.1)
  writer.member("n", Double.nan)
  writer.endObject()
  return writer
}

@Test func membersKeepTheOrderOfTheCalls() {
  #expect(sample(isPretty: false).text == #"{"z":1,"a":-0.10,"list":["x",true,null,{}],"d":0.1,"n":null}"#)
  #expect(sample(isPretty: false).isComplete)
}

@Test func prettyTextReadsBackAsTheSameTree() throws {
  let pretty = sample(isPretty: true).text
  #expect(pretty.hasPrefix("{\n  \"z\": 1,\n  \"a\": -0.10,\n  \"list\": [\n    \"x\",\n"))
  #expect(pretty.hasSuffix("\n}"))
  #expect(
    compact(try JSON5Reader.read(pretty)) == compact(try JSON5Reader.read(sample(isPretty: false).text)))
}

@Test func everyScalarSurvivesWritingAndReading() throws {
  var text = ""
  for value in Array(UInt32(0)...0x2FF) + [0x2028, 0x2029, 0xFFFD, 0x1F41D] {
    text.unicodeScalars.append(try #require(Unicode.Scalar(value)))
  }
  var writer = JSONWriter()
  writer.value(text)
  #expect(try JSON5Reader.read(writer.text).string == text)
}

@Test func noControlCharacterReachesTheOutput() {
  var writer = JSONWriter()
  writer.value("\u{1B}[2J\u{9B}31m\u{7F}\n")
  #expect(writer.text == #""\u001b[2J\u009b31m\u007f\n""#)
}

@Test func doublesReadBackExactly() throws {
  for value in [0.1, 2.2250738585072014e-308, 5e300, -1.0 / 3.0, 123_456_789.123_456_78] {
    var writer = JSONWriter()
    writer.value(value)
    #expect(try JSON5Reader.read(writer.text).number?.double == value)
  }
}

@Test func aWriterCanBeUsedAgain() {
  var writer = sample(isPretty: false)
  writer.removeAll()
  writer.value(Int64.min)
  #expect(writer.text == "-9223372036854775808")
}
