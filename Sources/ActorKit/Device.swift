import Wire

/// Bytes in and out beside the colony's own sockets, attached to one component by its host: a recording, a
/// venue's connection, a page's.
///
/// A process watches the descriptors and reads when one is ready or `nextWake` has come, a bounded batch a
/// turn; each message goes to the core over `Peer.Link.source`. What a core sends to
/// `Effects.Destination.device` is written once the turn's facts are stored.
public protocol Device {
  /// Market time of its first message; nil when it is not recorded.
  var firstMarketNanos: Int64? { get }

  /// What to watch before the next turn.
  var descriptors: [DeviceDescriptor] { get }

  /// When it has something to read, or to do, although no descriptor is ready.
  var nextWake: Wake { get }

  /// Encodes the next message as one frame, or says that there is none.
  mutating func read(at now: Instant, into writer: inout FrameWriter) throws(DeviceError) -> DeviceReading

  /// Takes bytes to be sent on. False when it cannot have them: then they definitely do not leave.
  mutating func write(_ bytes: RawSpan) throws(DeviceError) -> Bool

  /// Adds what it read, used and dropped, by reason.
  func report(into counters: inout CounterReport)
}

/// What a look at a device has brought.
@frozen
public enum DeviceReading: Sendable {
  /// One frame; there may be more.
  case message
  /// Nothing for now.
  case nothing
  /// Nothing any more.
  case ended
}

/// A file descriptor of a device, and for what it is watched.
public struct DeviceDescriptor: Equatable, Sendable {
  public var fileDescriptor: Int32
  /// Whether it is watched for room to write too; it always is for bytes to read.
  public var awaitsRoom: Bool

  public init(_ fileDescriptor: Int32, awaitsRoom: Bool = false) {
    self.fileDescriptor = fileDescriptor
    self.awaitsRoom = awaitsRoom
  }
}

/// A device that cannot go on: what is wrong, where, and what to do.
public struct DeviceError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
