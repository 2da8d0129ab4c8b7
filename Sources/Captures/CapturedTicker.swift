import Trading

/// The best bid and ask after an update id.
public struct CapturedTicker: Equatable, Sendable {
  public var updateId: Int64
  public var bid: BookLevel
  public var ask: BookLevel
  /// The venue's clock; spot sends none.
  public var eventNanos: Int64?
  public var receiveNanos: Int64

  public init(
    updateId: Int64, bid: BookLevel, ask: BookLevel, eventNanos: Int64?, receiveNanos: Int64
  ) {
    self.updateId = updateId
    self.bid = bid
    self.ask = ask
    self.eventNanos = eventNanos
    self.receiveNanos = receiveNanos
  }
}
