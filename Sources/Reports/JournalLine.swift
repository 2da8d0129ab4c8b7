import ActorKit
import JSON5
import JournalStore
import Records
import Telemetry

/// A row of a journal with its fact, written out: as JSON, as CSV, or for people.
///
/// `row` without a correlation (zero) is one of which none is known: what a running component tells of its
/// journal carries none.
public struct JournalLine: Sendable {
  public let component: String
  public let kind: String
  public let row: JournalRow
  public let fact: FactRecord

  public init(component: String, kind: String, row: JournalRow, fact: FactRecord) {
    self.component = component
    self.kind = kind
    self.row = row
    self.fact = fact
  }

  private var correlation: String? {
    guard row.correlationHigh != 0 || row.correlationLow != 0 else { return nil }
    return Correlation(high: row.correlationHigh, low: row.correlationLow).hexadecimal
  }
}

// JSON.
extension JournalLine {
  /// Adds one object. `more` writes members of its own at its end.
  public func write(into json: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }) {
    json.beginObject()
    json.member("seq", row.sequence)
    json.member("epoch", Int64(row.epoch))
    json.member("atNanos", row.atNanos)
    json.member("component", component)
    json.member("kind", kind)
    json.member("fact", fact.name)
    if let correlation { json.member("correlation", correlation) }
    json.members(fact.fields)
    more(&json)
    json.endObject()
  }
}

extension FactValue {
  /// A value of JSON.
  var json: String {
    var json = JSONWriter()
    json.value(self)
    return json.text
  }
}

extension JSONWriter {
  fileprivate mutating func members(_ fields: [FactField]) {
    for field in fields {
      key(field.name)
      value(field.value)
    }
  }

  fileprivate mutating func value(_ value: FactValue) {
    switch value {
    case .text(let text): self.value(text)
    case .integer(let number): self.value(number)
    case .number(let digits): self.value(decimal: digits)
    case .flag(let flag): self.value(flag)
    case .list(let elements):
      beginArray()
      for fields in elements {
        beginObject()
        members(fields)
        endObject()
      }
      endArray()
    }
  }
}

// CSV, RFC 4180.
extension JournalLine {
  /// The columns that every table begins with.
  private static let leading = ["seq", "epoch", "atNanos", "component", "fact", "correlation"]

  /// The first line, with its end, of a table of what the reader reads.
  public static func csvHeader(_ reader: FactReader) -> String {
    var text = ""
    text.appendCSV(leading + reader.columns)
    return text
  }

  /// One line, with its end.
  public func csv(_ reader: FactReader) -> String {
    var cells = [
      String(row.sequence), String(row.epoch), String(row.atNanos), component, fact.name, correlation ?? "",
    ]
    cells.reserveCapacity(cells.count + reader.columns.count)
    for column in reader.columns { cells.append(fact.text(column) ?? "") }
    var text = ""
    text.appendCSV(cells)
    return text
  }
}

extension String {
  /// A record: cells with commas, quotes or line ends in quotes, quotes doubled, CRLF at the end.
  fileprivate mutating func appendCSV(_ cells: [String]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { append(",") }
      guard cell.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else {
        append(cell)
        continue
      }
      append("\"")
      for scalar in cell.unicodeScalars {
        if scalar == "\"" { append("\"") }
        unicodeScalars.append(scalar)
      }
      append("\"")
    }
    append("\r\n")
  }
}

// For people.
extension JournalLine {
  /// `seq  time  incarnation  fact  field=value …`, one line, aligned for journals of up to 9,999,999 rows.
  public var text: String {
    let place = "\(row.sequence)".paddedLeft(7) + "  " + UTCText.text(unixNanos: row.atNanos)
    return "\(place)  \("e\(row.epoch)".padded(4))  \(factText)"
  }

  /// The fact and its fields.
  public var factText: String {
    let fields = fact.fields.map { "\($0.name)=\($0.shownText)" }.joined(separator: " ")
    return fields.isEmpty ? fact.name : "\(fact.name.padded(16))  \(fields)"
  }
}

extension FactField {
  /// A time is one in UTC, which is told from a duration or a boot clock by being of this century.
  fileprivate var shownText: String {
    switch value {
    case .integer(let nanos) where nanos > 946_684_800_000_000_000 && isTime:
      return UTCText.text(unixNanos: nanos)
    case .text(let text): return text.shownQuoted
    case .integer, .number, .flag, .list: return value.text
    }
  }
}

extension FactField {
  private var isTime: Bool { name.hasSuffix("Nanos") || name == "origin" }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  fileprivate func paddedLeft(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// Words of people (a reason, a name) in quotes and without control characters, so that they stay in their
  /// line and carry no commands for a terminal.
  fileprivate var shownQuoted: String {
    let isPlain = !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D }
    return isPlain ? self : FactValue.text(self).json
  }
}
