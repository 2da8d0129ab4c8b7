import JSON5
import Telemetry
import Testing

private final class Lines {
  var texts: [String] = []
  func read() throws -> [SyntaxNode] {
    try texts.map { line in try JSON5Reader.read(line) }
  }
}

private let start: Int64 = 1_723_161_253_900_000_000

private func writer(
  to lines: Lines, perSecond: Int64 = 10, burst: Int64 = 5, minimum: LogLevel = .info
) -> LogWriter {
  LogWriter(component: "feed", minimumLevel: minimum, linesPerSecond: perSecond, burst: burst) { line in
    lines.texts.append(String(decoding: line, as: UTF8.self))
  }
}

@Test func aLineIsOneJSONObjectAndALineEnd() {
  let lines = Lines()
  var log = writer(to: lines)
  log.log(
    .warning, "book.stale", "no \"update\"\nfor 2 s",
    fields: [
      LogField("instrument", "BTCUSDT.SIM"), LogField("age", 2_000), LogField("isHalted", true),
      LogField("price", .decimal("60000.10")), LogField("share", .double(0.25)),
    ], atUnixNanos: start)
  let fields = #"{"instrument":"BTCUSDT.SIM","age":2000,"isHalted":true,"price":60000.10,"share":0.25}"#
  #expect(
    lines.texts == [
      #"{"time":"2024-08-08T23:54:13.900000000Z","level":"warning","component":"feed","#
        + #""event":"book.stale","message":"no \"update\"\nfor 2 s","fields":"# + fields + "}\n"
    ])
}

@Test func levelsBelowTheMinimumAreNotWritten() {
  let lines = Lines()
  var log = writer(to: lines, minimum: .warning)
  for level in LogLevel.allCases { log.log(level, "e", "m", atUnixNanos: start) }
  #expect(lines.texts.count == 3)
  #expect(log.suppressedCount == 0)
}

@Test func linesOverTheRateAreCountedAndSaid() throws {
  let lines = Lines()
  var log = writer(to: lines)
  for _ in 0..<12 { log.log(.info, "flood", "m", atUnixNanos: start) }
  #expect(lines.texts.count == 5)
  #expect(log.suppressedCount == 7)
  // 10 a second: after 100 ms one token is back, not before.
  log.log(.info, "early", "m", atUnixNanos: start + 99_999_999)
  log.log(.info, "next", "m", atUnixNanos: start + 100_000_000)
  let read = try lines.read()
  #expect(read.map { $0["event"]?.string }.suffix(2) == ["log.suppressed", "next"])
  #expect(read[5]["fields"]?["lines"]?.integer == 8)
  log.reportSuppressed(atUnixNanos: start)
  #expect(lines.texts.count == 7, "said once")
}

@Test func aFloodDoesNotHideErrors() {
  let lines = Lines()
  var log = writer(to: lines)
  for _ in 0..<100 { log.log(.info, "flood", "m", atUnixNanos: start) }
  log.log(.critical, "halt", "m", atUnixNanos: start)
  #expect(lines.texts.last?.contains("\"halt\"") == true)
  for _ in 0..<100 { log.log(.error, "flood", "m", atUnixNanos: start) }
  #expect(log.writtenCount == 5 + 5 + 1, "errors are bounded too, and one line tells of the flood")
}

@Test func aClockThatStepsBackAddsNoTokens() {
  let lines = Lines()
  var log = writer(to: lines)
  for second in 0..<20 { log.log(.info, "e", "m", atUnixNanos: start - Int64(second) * 1_000_000_000) }
  #expect(lines.texts.count == 5)
  log.log(.info, "e", "m", atUnixNanos: Int64.max)
  #expect(lines.texts.count == 7)
}

@Test(arguments: [
  "secret", "apiKey", "API_KEY", "venue.password", "access-token", "Signature", "curveSecretKey",
])
func secretsAreHidden(name: String) {
  let lines = Lines()
  var log = writer(to: lines)
  log.log(.info, "login", "m", fields: [LogField(name, "hunter2"), LogField(name, 4242)], atUnixNanos: start)
  #expect(lines.texts.count == 1)
  #expect(!lines.texts[0].contains("hunter2"))
  #expect(!lines.texts[0].contains("4242"))
  #expect(lines.texts[0].contains("(hidden)"))
}

@Test func aLineIsBounded() throws {
  let lines = Lines()
  var log = writer(to: lines)
  let fields = (0..<40).map { LogField("f\($0)", String(repeating: "🐝", count: 5000)) }
  log.log(.info, "big", String(repeating: "x", count: 1_000_000), fields: fields, atUnixNanos: start)
  let read = try #require(try lines.read().first)
  #expect(read["message"]?.string?.utf8.count == LogWriter.maxTextBytes)
  #expect(read["message"]?.string?.last == "…")
  let written = try #require(read["fields"]?.members)
  #expect(written.count == LogWriter.maxFields + 1)
  #expect(written.allSatisfy { ($0.value.string?.utf8.count ?? 0) <= LogWriter.maxTextBytes })
  #expect(read["fields"]?["fieldsDropped"]?.integer == 8)
}

@Test func oddDecimalDigitsBecomeText() throws {
  let lines = Lines()
  var log = writer(to: lines)
  log.log(
    .info, "e", "m", fields: [LogField("price", .decimal("1e5")), LogField("q", .decimal("."))],
    atUnixNanos: 0)
  let read = try #require(try lines.read().first)
  #expect(read["fields"]?["price"]?.string == "1e5")
  #expect(read["fields"]?["q"]?.string == ".")
}

@Test(arguments: [
  (0, "1970-01-01T00:00:00.000000000Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
  (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
  (1_709_164_799_000_000_001, "2024-02-28T23:59:59.000000001Z"),
  (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z"),
  (Int64.max, "2262-04-11T23:47:16.854775807Z"), (Int64.min, "1677-09-21T00:12:43.145224192Z"),
])
func timesAreGregorianUTC(nanos: Int64, text: String) {
  #expect(UTCText.text(unixNanos: nanos) == text)
}
