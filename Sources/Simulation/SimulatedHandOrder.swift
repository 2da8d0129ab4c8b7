import ActorKit
import Trading
import Wire

/// An order that a person places at the venue in the middle of a simulated session, beside the colony: at the
/// market, on an account that the colony trades, under an id that is none of its own.
public struct SimulatedHandOrder: Sendable {
  /// After LIVE, virtual time, ns; ≥ 0.
  public var afterNanos: Int64
  public var account: UInt16
  public var instrument: UInt32
  public var side: Side
  public var quantity: Quantity

  public init(
    afterSeconds seconds: Int64, account: UInt16, instrument: UInt32, _ side: Side, _ quantity: Quantity
  ) {
    precondition((0...31_536_000).contains(seconds), "an order by hand \(seconds) s after LIVE")
    afterNanos = seconds * .nanosPerSecond
    (self.account, self.instrument, self.side, self.quantity) = (account, instrument, side, quantity)
  }

  /// The order as it goes to the venue; each of a session's has an id of its own.
  func message(number: Int, atWall wall: Int64) -> NewOrder {
    guard let id = ClOrdIDText("hand-\(number)") else { preconditionFailure("an id is ASCII") }
    return NewOrder(
      account: account, instrument: instrument, clOrdID: id, side: SideCode(side), ordType: .market,
      timeInForce: .immediateOrCancel, execInst: [], quantity: quantity.raw, requestNanos: wall,
      recvWindowNanos: .nanosPerSecond)
  }
}
