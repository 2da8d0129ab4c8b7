import JSON5

/// A run as one page for a browser: a lane for each component, its lives and states, what was said between
/// them, and the faults. It needs nothing but itself.
public struct TracePage {
  private let title: String
  private let names: [String]
  private let entries: [Trace.Entry]
  private let violations: [Violation]
  private let leftOut: Int

  init(_ title: String, names: [String], _ trace: Trace, _ violations: [Violation]) {
    self.title = title
    self.names = names
    entries = trace.entries
    leftOut = trace.leftOut
    self.violations = violations
  }

  public var html: String {
    """
    <!doctype html><meta charset="utf-8"><title>\(Self.escaped(title))</title>
    <style>\(TracePageScript.style)</style>
    <h1>\(Self.escaped(title))</h1>
    <p id="hint">Drag to move, wheel to zoom, point at something to read it.\(leftOutText)</p>
    <div id="bar"></div><canvas id="lanes"></canvas><pre id="text"></pre>
    <script>const run = \(data);\n\(TracePageScript.text)</script>

    """
  }

  private var leftOutText: String { leftOut == 0 ? "" : " The last \(leftOut) entries are left out." }

  private var data: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("names")
    json.beginArray()
    for name in names { json.value(name) }
    json.endArray()
    json.key("entries")
    json.beginArray()
    for entry in entries {
      json.beginArray()
      json.value(entry.moment / 1_000)
      json.value(entry.node)
      switch entry.what {
      case .message(let other):
        json.value("m")
        json.value(entry.text)
        json.value(other)
      case .log: write(&json, "l", entry.text)
      case .life: write(&json, "d", entry.text)
      case .fault: write(&json, "f", entry.text)
      case .state: write(&json, "s", entry.text)
      }
      json.endArray()
    }
    json.endArray()
    json.key("violations")
    json.beginArray()
    for violation in violations {
      json.beginArray()
      json.value(violation.moment / 1_000)
      json.value(violation.description)
      json.endArray()
    }
    json.endArray()
    json.endObject()
    // Nothing in it may end the script.
    return json.text.split(separator: "</", omittingEmptySubsequences: false).joined(separator: "<\\/")
  }

  private func write(_ json: inout JSONWriter, _ kind: String, _ text: String) {
    json.value(kind)
    json.value(text)
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "<": escaped += "&lt;"
      case "&": escaped += "&amp;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
