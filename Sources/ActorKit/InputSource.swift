import Wire

/// A recorded or live source of messages that a host attaches to a component and reads at the market clock's
/// pace.
public protocol InputSource {
  /// Market time of its first message; nil when it is not recorded.
  var firstMarketNanos: Int64? { get }

  /// Market time of the next message; nil at the end.
  var nextMarketNanos: Int64? { get }

  /// Encodes the next message as one frame; false at the end.
  mutating func read(into writer: inout FrameWriter) throws(InputSourceError) -> Bool

  /// Adds what it read, used and dropped, by reason.
  func report(into counters: inout CounterReport)
}

/// A source that cannot be read on: what is wrong, where, and what to do.
public struct InputSourceError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

/// For components without a source.
public struct NoSource: InputSource, Sendable {
  public init() {}
  public var firstMarketNanos: Int64? { nil }
  public var nextMarketNanos: Int64? { nil }
  public mutating func read(into writer: inout FrameWriter) throws(InputSourceError) -> Bool { false }
  public func report(into counters: inout CounterReport) {}
}
