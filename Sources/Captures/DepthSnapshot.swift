/// The whole book as of an update id, best levels first.
public struct DepthSnapshot: Equatable, Sendable {
  public var lastUpdateId: Int64
  /// The venue's clock; spot sends none.
  public var eventNanos: Int64?
  public var receiveNanos: Int64

  public init(
    lastUpdateId: Int64, eventNanos: Int64?, receiveNanos: Int64
  ) {
    self.lastUpdateId = lastUpdateId
    self.eventNanos = eventNanos
    self.receiveNanos = receiveNanos
  }
}
