/// One thing that is known about an order. Facts only accumulate; `OrderState` derives everything else from
/// them.
@frozen public enum OrderFact: Equatable, Sendable {
  // What we did.
  case denied
  case cancelRequested(ClOrdID)
  case replaceRequested(ClOrdID, quantity: Quantity)
  /// No answer to the new order within its time.
  case newInDoubt
  /// No answer to this cancel or replace within its time.
  case requestInDoubt(ClOrdID)

  // What the venue said.
  case accepted
  /// Refused, or proven never to have arrived: what settles a new order in doubt that the venue does not
  /// know.
  case rejected
  case executed(ExecID, Quantity, Price)
  case busted(ExecID)
  case corrected(ExecID, Quantity, Price)
  /// Cancelled: on this request of ours, or unsolicited (nil).
  case canceled(ClOrdID?)
  /// Refused, or proven without effect: what settles a cancel in doubt when the order is still working.
  case cancelRejected(ClOrdID)
  case replaced(ClOrdID, quantity: Quantity)
  case replaceRejected(ClOrdID)
  case expired
  case triggered
  case stopped
  case suspended
  case doneForDay
  case calculated
  /// Working again: ends `stopped`, `suspended`, `doneForDay` and `calculated`.
  case resumed
}

/// One execution as last reported.
@frozen public struct Execution: Hashable, Sendable {
  public let id: ExecID
  public internal(set) var quantity: Quantity
  public internal(set) var price: Price
  /// The venue took it back.
  public internal(set) var isBusted: Bool
  /// False while only its bust is known.
  public internal(set) var isReported: Bool

  public init(id: ExecID, quantity: Quantity, price: Price, isBusted: Bool, isReported: Bool) {
    self.id = id
    self.quantity = quantity
    self.price = price
    self.isBusted = isBusted
    self.isReported = isReported
  }
}

/// A cancel or replace without an answer yet.
@frozen public struct PendingRequest: Hashable, Sendable {
  public let id: ClOrdID
  /// The quantity asked for; nil for a cancel.
  public let replaceQuantity: Quantity?
  public internal(set) var isInDoubt: Bool

  public init(id: ClOrdID, replaceQuantity: Quantity?, isInDoubt: Bool) {
    self.id = id
    self.replaceQuantity = replaceQuantity
    self.isInDoubt = isInDoubt
  }
}

/// What a fact changed beyond the order itself.
@frozen public struct OrderEffect: Equatable, Sendable {
  /// An execution to take back from the position: busted, or as it stood before a correction.
  public var undone: Fill?
  /// An execution to book into the position.
  public var done: Fill?
  /// What was odd about this very fact.
  public var anomalies: OrderAnomalies = []

  /// A quantity and its price.
  @frozen public struct Fill: Equatable, Sendable {
    public let quantity: Quantity
    public let price: Price

    @inlinable public init(quantity: Quantity, price: Price) {
      self.quantity = quantity
      self.price = price
    }
  }

  @inlinable public init(undone: Fill? = nil, done: Fill? = nil, anomalies: OrderAnomalies = []) {
    self.undone = undone
    self.done = done
    self.anomalies = anomalies
  }
}
