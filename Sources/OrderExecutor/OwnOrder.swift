import ActorKit
import Trading
import Wire

/// An order of ours with all that is known about it.
public struct OwnOrder: Equatable, Sendable {
  public let id: ClOrdID
  /// 0 for an order that works for no strategy.
  public let strategy: UInt16
  public let instrument: UInt32
  public let side: Side
  public let timeInForce: TimeInForce
  public let purpose: OrderPurpose
  public let type: OrderType
  /// Limit price; the stop price of a stop order.
  public let price: Price
  /// The intent that it carries out or protects.
  public let intent: IntentID?
  /// Wall time of the request for it, ns UTC; with the receive window it bounds when it can still be placed.
  public let requestNanos: Int64
  public let origin: Int64
  public let correlation: Correlation
  public internal(set) var venueOrderId: UInt64?
  public internal(set) var state: OrderState
  /// Why the venue refused it.
  public internal(set) var reason: RejectReason = .none
  public internal(set) var isNotPlaced = false
  /// What the venue said was filled when it reported the end.
  public internal(set) var reportedCum: Quantity = .zero
  /// The order it is linked to at the venue.
  public internal(set) var linked: ClOrdID?
  /// What the venue has taken from it because the linked order was filled.
  public internal(set) var taken: Quantity = .zero

  private init(
    id: ClOrdID, strategy: UInt16, instrument: UInt32, side: Side, timeInForce: TimeInForce,
    purpose: OrderPurpose, type: OrderType, price: Price, intent: IntentID?, requestNanos: Int64,
    origin: Int64, correlation: Correlation, state: OrderState
  ) {
    self.id = id
    self.strategy = strategy
    self.instrument = instrument
    self.side = side
    self.timeInForce = timeInForce
    self.purpose = purpose
    self.type = type
    self.price = price
    self.intent = intent
    self.requestNanos = requestNanos
    self.origin = origin
    self.correlation = correlation
    self.state = state
  }

  /// The most that may still be executed: what is open, and what the venue filled before the end but has not
  /// yet reported to us.
  public var worstCaseOpen: Quantity {
    let left = max(state.quantity - taken - state.cumQuantity, .zero)
    return max(linked == nil ? state.worstCaseOpen : min(state.worstCaseOpen, left), awaitedFills)
  }

  /// Filled at the venue by its own word, not yet booked.
  public var awaitedFills: Quantity { max(reportedCum - state.cumQuantity, .zero) }

  public var isOpen: Bool { worstCaseOpen.isPositive }

  /// A cancel is on its way.
  public var isCancelPending: Bool { !state.pending.isEmpty }

  /// The status as messages carry it.
  public var status: OrdStatusCode {
    if isNotPlaced && state.cumQuantity.isZero && !state.isOpen { return .notPlaced }
    return OrdStatusCode(state.status)
  }
}

extension OwnOrder {
  /// An order about to be sent.
  init(_ created: CreatedOrder) {
    self.init(
      id: created.id, strategy: created.strategy, instrument: created.instrument, side: created.side,
      timeInForce: created.timeInForce, purpose: created.purpose, type: created.type,
      price: created.price, intent: created.intent, requestNanos: created.requestNanos,
      origin: created.origin, correlation: created.correlation,
      state: OrderState(quantity: created.quantity))
  }

  /// An order under an id of ours of which the journal knows nothing.
  init(found order: AdoptedOrder) {
    self.init(
      id: order.id, strategy: 0, instrument: order.instrument, side: order.side, timeInForce: .gtc,
      purpose: .found, type: .limit, price: order.price, intent: nil, requestNanos: order.atNanos,
      origin: 0, correlation: .none,
      state: OrderState(quantity: order.quantity))
  }

  /// An order that only turns cut from the journal knew.
  init(_ taken: TakenOrder) {
    self.init(
      id: taken.id, strategy: taken.strategy, instrument: taken.instrument, side: taken.side,
      timeInForce: .gtc, purpose: taken.purpose, type: taken.type, price: taken.price, intent: taken.intent,
      requestNanos: taken.atNanos, origin: 0, correlation: taken.intent?.correlation ?? .none,
      state: OrderState(quantity: taken.quantity))
    venueOrderId = taken.venueOrderId
    _ = state.apply(.accepted)
  }

  /// The venue shows it working, whatever we believed: doubts are settled, outstanding cancels have had no
  /// effect, an end is undone.
  mutating func adopt(_ adopted: AdoptedOrder) {
    if let known = adopted.venueOrderId { venueOrderId = known }
    if !state.isOpen && state.cumQuantity < state.quantity { reopen() }
    _ = state.apply(.accepted)
    for request in state.pending { _ = state.apply(.cancelRejected(request.id)) }
    isNotPlaced = false
    reportedCum = .zero
  }

  private mutating func reopen() {
    guard
      let open = OrderState(
        quantity: state.quantity, executions: state.executions, pending: [], anomalies: state.anomalies,
        snapshotBits: 0)
    else { preconditionFailure("the executions of \(id) do not make an order: \(state)") }
    state = open
  }
}

// What `records.xml` says of an order in a snapshot.
extension OwnOrder {
  init(
    id: ClOrdID, strategy: UInt16, instrument: UInt32, side: Side, timeInForce: TimeInForce,
    purpose: OrderPurpose, type: OrderType, price: Price, intent: IntentID?, requestNanos: Int64,
    origin: Int64, correlation: Correlation, venueOrderId: UInt64?, reason: RejectReason,
    isNotPlaced: Bool, reportedCum: Quantity, linked: ClOrdID?, taken: Quantity, quantity: Quantity,
    executions: [Execution], pending: [PendingRequest], anomalies: UInt16, snapshotBits: UInt16
  ) throws(RestoreError) {
    guard
      let state = OrderState(
        quantity: quantity, executions: executions, pending: pending,
        anomalies: OrderAnomalies(rawValue: anomalies), snapshotBits: snapshotBits)
    else { throw .invalid("parts of an order that do not belong together") }
    guard reportedCum >= .zero, taken >= .zero, taken <= quantity else {
      throw .invalid("order \(id) with \(reportedCum) reported and \(taken) taken of \(quantity)")
    }
    self.init(
      id: id, strategy: strategy, instrument: instrument, side: side, timeInForce: timeInForce,
      purpose: purpose, type: type, price: price, intent: intent, requestNanos: requestNanos,
      origin: origin, correlation: correlation, state: state)
    self.venueOrderId = venueOrderId
    self.reason = reason
    self.isNotPlaced = isNotPlaced
    self.reportedCum = reportedCum
    self.linked = linked
    self.taken = taken
  }
}

extension PendingRequest {
  /// A cancel: the executor asks for nothing else.
  init(id: ClOrdID, isInDoubt: Bool) {
    self.init(id: id, replaceQuantity: nil, isInDoubt: isInDoubt)
  }
}

extension OrdStatusCode {
  /// The wire's word for a derived status.
  init(_ status: OrderStatus) {
    self =
      switch status {
      case .pendingNew: .pendingNew
      case .denied: .denied
      case .rejected: .rejected
      case .new: .new
      case .triggered: .triggered
      case .partiallyFilled: .partiallyFilled
      case .expired: .expired
      case .canceled: .canceled
      case .suspended: .suspended
      case .stopped: .stopped
      case .filled: .filled
      case .calculated: .calculated
      case .doneForDay: .doneForDay
      case .pendingReplace: .pendingReplace
      case .pendingCancel: .pendingCancel
      case .inDoubt: .inDoubt
      }
  }
}

extension OrderPurposeCode {
  /// The wire's word for what an order is for.
  init(_ purpose: OrderPurpose) {
    self =
      switch purpose {
      case .quote: .quote
      case .flatten: .flatten
      case .found: .found
      case .entry: .entry
      case .stopLoss: .stopLoss
      case .takeProfit: .takeProfit
      case .ownerless: .ownerless
      }
  }
}
