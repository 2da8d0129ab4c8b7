import ActorKit
import Trading
import Wire

// An intent's id where messages and journals carry it.

extension IntentID {
  /// The correlation of every message about the intent, which is its id.
  @inlinable public var correlation: Correlation { Correlation(high: high, low: low) }

  @inlinable public init(_ correlation: Correlation) {
    self.init(high: correlation.high, low: correlation.low)
  }

  public func write(to writer: inout SnapshotWriter) {
    writer.write(high)
    writer.write(low)
  }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    self.init(high: try reader.read(), low: try reader.read())
  }
}

extension IntentOutcome {
  /// Whether nothing follows a report with it. An outcome this program does not know decides nothing.
  public var isTerminal: Bool {
    switch self {
    case .filled, .partiallyFilled, .canceled, .rejected, .expired: true
    case .accepted, .working, .unrecognized: false
    }
  }

  /// Those that end an intent, in the order of counters.
  public static var terminal: [IntentOutcome] { [.filled, .partiallyFilled, .canceled, .rejected, .expired] }
}

extension IntentReport {
  @inlinable public var intent: IntentID { IntentID(high: intentHigh, low: intentLow) }
}

extension SnapshotReader {
  /// A named value of a message; one that this program does not know is not guessed at.
  public mutating func readNamed<Choice: WireEnumeration>(_ what: String) throws(RestoreError) -> Choice {
    let raw = try read(Choice.RawValue.self)
    guard let choice = Choice(rawValue: raw), choice != .unrecognized else {
      throw .invalid("\(raw) as a \(what)")
    }
    return choice
  }

  /// An enumeration of Trading by its raw value.
  public mutating func readCode<Code: RawRepresentable>(_ what: String) throws(RestoreError) -> Code
  where Code.RawValue == UInt8 {
    let raw = try read(UInt8.self)
    guard let code = Code(rawValue: raw) else { throw .invalid("\(raw) as a \(what)") }
    return code
  }
}
