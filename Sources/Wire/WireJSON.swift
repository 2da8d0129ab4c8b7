/// Frames as JSON, one object each, for the monitor, logs and other languages.
///
/// Fields keep the schema's names and order; enums and sets print by name; prices, quantities and money print
/// as exact decimals in their own unit; times print as integer nanoseconds; null is what the wire says is
/// absent. Numbers may be longer than a double holds: read them as exact decimals.
public enum WireJSON {
  /// Appends one object for `frame`, without a line end. A frame that cannot be read appends nothing and
  /// gives the reason.
  @discardableResult
  public static func append(_ frame: RawSpan, to line: inout [UInt8]) -> FrameRefusal? {
    guard let message = Inbound(frame) else { return FrameRefusal.reason(for: frame) }
    append(message, to: &line)
    return nil
  }

  /// Appends one object for `message`, without a line end.
  public static func append(_ message: borrowing Inbound, to line: inout [UInt8]) {
    var json = JSONLine(line)
    line = []
    message.appendJSON(to: &json)
    line = json.bytes
  }

  /// The object for `frame`, or nil when it cannot be read.
  public static func string(_ frame: RawSpan) -> String? {
    var line: [UInt8] = []
    guard append(frame, to: &line) == nil else { return nil }
    return String(decoding: line, as: UTF8.self)
  }
}
