import JSON5

/// Writes a process's log as JSON lines, at a bounded rate.
///
/// One line:
/// `{"time":"2024-08-08T23:54:13.900000000Z","level":"warning","component":"feed","event":"book.stale",
/// "message":"no update for 2 s","fields":{"instrument":"BTCUSDT.SIM"}}`
///
/// - `event` is a stable dotted name for tools, `message` a sentence for people.
/// - Time is given by the caller: the log reads no clock, so a simulated run logs simulated time.
/// - Rate: `linesPerSecond` on average and `burst` at once; what is over is not written but counted, and the
///   next line that passes is preceded by one `log.suppressed` line with the count. Errors and worse have an
///   equal allowance of their own, so a flood of small news cannot hide them.
/// - Size: a text is cut at 2,048 bytes, fields at 32, so a line is bounded too.
/// - Fields whose name says secret, token, password and the like are written as `(hidden)`.
///
/// Belongs to one thread, the reactor's.
public struct LogWriter {
  /// Receives one whole line with its line end; the bytes are valid only during the call.
  public typealias Sink = (_ line: [UInt8]) -> Void

  public static let maxTextBytes = 2048
  public static let maxFields = 32

  public let component: String
  public var minimumLevel: LogLevel
  /// Lines written, suppression lines included.
  public private(set) var writtenCount: Int64 = 0
  /// Lines over the rate, in all.
  public private(set) var suppressedCount: Int64 = 0

  private var unreportedCount: Int64 = 0
  private var ordinary: TokenBucket
  private var severe: TokenBucket
  private var writer = JSONWriter()
  private let sink: Sink

  public init(
    component: String, minimumLevel: LogLevel = .info, linesPerSecond: Int64 = 100, burst: Int64 = 500,
    sink: @escaping Sink
  ) {
    self.component = component
    self.minimumLevel = minimumLevel
    self.sink = sink
    ordinary = TokenBucket(perSecond: linesPerSecond, burst: burst)
    severe = TokenBucket(perSecond: linesPerSecond, burst: burst)
  }

  /// Writes one line unless its level is below `minimumLevel` or the rate is used up.
  public mutating func log(
    _ level: LogLevel, _ event: String, _ message: String, fields: [LogField] = [], atUnixNanos now: Int64
  ) {
    guard level >= minimumLevel else { return }
    let passes = level >= .error ? severe.take(atNanos: now) : ordinary.take(atNanos: now)
    guard passes else {
      suppressedCount += 1
      unreportedCount += 1
      return
    }
    reportSuppressed(atUnixNanos: now)
    write(level, event, message, fields, atUnixNanos: now)
  }

  /// Writes the count of suppressed lines if there are any unreported; call it before the process ends.
  public mutating func reportSuppressed(atUnixNanos now: Int64) {
    guard unreportedCount > 0 else { return }
    let count = unreportedCount
    unreportedCount = 0
    write(
      .warning, "log.suppressed", "\(count) lines were over the allowed rate and not written",
      [LogField("lines", count)], atUnixNanos: now)
  }

  private mutating func write(
    _ level: LogLevel, _ event: String, _ message: String, _ fields: [LogField], atUnixNanos now: Int64
  ) {
    writer.removeAll()
    writer.beginObject()
    writer.member("time", UTCText.text(unixNanos: now))
    writer.member("level", level.rawValue)
    writer.member("component", component)
    writer.member("event", Self.cut(event))
    writer.member("message", Self.cut(message))
    if !fields.isEmpty {
      writer.key("fields")
      writer.beginObject()
      for field in fields.prefix(Self.maxFields) { write(field) }
      if fields.count > Self.maxFields { writer.member("fieldsDropped", fields.count - Self.maxFields) }
      writer.endObject()
    }
    writer.endObject()
    sink(writer.bytes + [UInt8(ascii: "\n")])
    writtenCount += 1
  }

  private mutating func write(_ field: LogField) {
    writer.key(Self.cut(field.name))
    guard !field.isSecret else { return writer.value("(hidden)") }
    switch field.value {
    case .string(let text): writer.value(Self.cut(text))
    case .integer(let integer): writer.value(integer)
    // A field is often written when something has already gone wrong: odd digits become text, not a trap.
    case .decimal(let digits) where JSONWriter.isPlainDecimal(digits): writer.value(decimal: digits)
    case .decimal(let text): writer.value(Self.cut(text))
    case .double(let double): writer.value(double)
    case .bool(let flag): writer.value(flag)
    }
  }

  /// At most `maxTextBytes` bytes of a text, cut between characters and marked as cut.
  private static func cut(_ text: String) -> String {
    guard text.utf8.count > maxTextBytes else { return text }
    var kept = String.UnicodeScalarView()
    var width = UTF8.width("…")
    for scalar in text.unicodeScalars {
      width += UTF8.width(scalar)
      if width > maxTextBytes { break }
      kept.append(scalar)
    }
    return String(kept) + "…"
  }
}
