/// Changed levels of the book, covering the venue's update ids `firstUpdateId...finalUpdateId`. A level's
/// quantity is the new total; zero deletes it.
public struct DepthUpdate: Equatable, Sendable {
  public var firstUpdateId: Int64
  public var finalUpdateId: Int64
  /// The final id of the update before, which only futures send: there ids of neighbours are not consecutive.
  public var previousFinalUpdateId: Int64?
  /// The venue's clock, nanoseconds UTC.
  public var eventNanos: Int64
  /// The recorder's clock, nanoseconds UTC. It may be behind the venue's.
  public var receiveNanos: Int64

  public init(
    firstUpdateId: Int64, finalUpdateId: Int64, previousFinalUpdateId: Int64?, eventNanos: Int64,
    receiveNanos: Int64
  ) {
    self.firstUpdateId = firstUpdateId
    self.finalUpdateId = finalUpdateId
    self.previousFinalUpdateId = previousFinalUpdateId
    self.eventNanos = eventNanos
    self.receiveNanos = receiveNanos
  }
}
