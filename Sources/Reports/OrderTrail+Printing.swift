import JSON5
import Telemetry

extension OrderTrail {
  /// A table for people: each row with the time it took since the one before.
  public var text: String {
    let steps = steps
    var lines = ["\(subject): \(steps.count) rows, \(span(steps))"]
    if !intents.isEmpty { lines.append("  intent \(intents.joined(separator: ", "))") }
    if !orders.isEmpty { lines.append("  orders \(orders.joined(separator: ", "))") }
    let width = max(9, steps.map(\.line.component.count).max() ?? 0)
    lines.append(
      "time (UTC)                         after, µs  \(pad("component", width))      row  fact")
    for step in steps {
      let after = microsText(step.sincePreviousNanos)
      let place = pad(step.line.component, width) + padLeft("\(step.line.row.sequence)", 9)
      let time = UTCText.text(unixNanos: step.line.row.atNanos)
      lines.append("\(time)\(padLeft(after, 14))  \(place)  \(step.line.factText)")
    }
    return lines.joined(separator: "\n")
  }

  private func span(_ steps: [Step]) -> String {
    "\(microsText(steps.last?.sinceFirstNanos ?? 0)) µs from the first to the last"
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func padLeft(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// An object whose rows are those of the export of journals, with the latencies at their ends.
  public func json(isPretty: Bool = false) -> String {
    var json = JSONWriter(isPretty: isPretty)
    json.beginObject()
    switch subject {
    case .order(let id): json.member("order", "\(id)")
    case .intent(let id): json.member("intent", "\(id)")
    }
    json.list("intents", intents)
    json.list("orders", orders)
    json.key("rows")
    json.beginArray()
    for step in steps {
      step.line.write(into: &json) {
        $0.member("sincePreviousNanos", step.sincePreviousNanos)
        $0.member("sinceFirstNanos", step.sinceFirstNanos)
      }
    }
    json.endArray()
    json.endObject()
    return json.text
  }
}

extension JSONWriter {
  fileprivate mutating func list(_ name: String, _ texts: [String]) {
    key(name)
    beginArray()
    for text in texts { value(text) }
    endArray()
  }
}
