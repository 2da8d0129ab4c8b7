import JSON5
import Trading

/// Owns an account's orders.
public struct ExecutorRole: Sendable, Equatable {
  /// `account`, required: the account it serves.
  public let account: String
  /// `venue`, required: the component its orders go to; the account's own venue.
  public let venue: String
  public let settings: ExecutorSettings
}

/// The executor's `settings`. The caps are its own last gate, apart from risk's limits: they hold when risk
/// has a fault. Left out, they equal the account's limits.
public struct ExecutorSettings: Sendable, Equatable {
  /// `maxOrderQuantity`, base units per instrument, above 0.
  public let maxOrderQuantity: [InstrumentQuantity]
  /// `maxPosition`, base units per instrument, above 0: position if every working order filled.
  public let maxPosition: [InstrumentQuantity]
  /// `priceCollarBps`, above 0…5000 bps.
  public let priceCollar: Bps
  /// `ordersPerSecond`, 1…10000.
  public let ordersPerSecond: Int
  /// `maxOpenOrders`, 1…4096, default 200: orders open at once, those in doubt included. The venue may allow
  /// fewer.
  public let maxOpenOrders: Int
  /// `orderTimeoutSeconds`, 1…600, default 10: an order unanswered for longer is in doubt and queried.
  public let orderTimeoutNanos: Int64
  /// `cancelTimeoutSeconds`, 1…600, default 5: the same for a cancel.
  public let cancelTimeoutNanos: Int64
  /// `stuckAfterSeconds`, 1…3600, default 30: an order in doubt for longer raises an alarm.
  public let stuckAfterNanos: Int64
  /// `ownerless`, default `keep`: what is done with a position that no strategy and no intent owns. A person
  /// is told of it either way.
  public let ownerless: OwnerlessPolicy

  /// What is done with a position of nobody's.
  public enum OwnerlessPolicy: String, Sendable, CaseIterable {
    case keep, close
  }
  /// `exitSlippageBps`, 0…1000 bps, default 50: how far beyond the best price of the side it trades against
  /// the first order that closes a position reaches. Each that does not get all doubles it.
  public let exitSlippage: Bps
  /// `exitCapBps`, 1…5000 bps, not below `exitSlippageBps`, default 1000: never further than this from the
  /// last price.
  public let exitCap: Bps

  /// The cap of an instrument; nil means the instrument may not be traded.
  public func maxOrderQuantity(of instrument: InstrumentName) -> Quantity? {
    maxOrderQuantity.first { $0.instrument == instrument }?.quantity
  }

  /// The cap of an instrument; nil means the instrument may not be traded.
  public func maxPosition(of instrument: InstrumentName) -> Quantity? {
    maxPosition.first { $0.instrument == instrument }?.quantity
  }
}

/// An executor's settings as read.
struct ExecutorDraft {
  let maxOrderQuantity: QuantitiesDraft
  let maxPosition: QuantitiesDraft
  let priceCollar: Located<Bps>?
  let ordersPerSecond: Located<Int>?
  let maxOpenOrders: Located<Int>?
  let orderTimeoutNanos: Located<Int64>?
  let cancelTimeoutNanos: Located<Int64>?
  let stuckAfterNanos: Located<Int64>?
  let ownerless: Located<ExecutorSettings.OwnerlessPolicy>?
  let exitSlippage: Located<Bps>?
  let exitCap: Located<Bps>?

  static let keys = [
    "maxOrderQuantity", "maxPosition", "priceCollarBps", "ordersPerSecond", "maxOpenOrders",
    "orderTimeoutSeconds", "cancelTimeoutSeconds", "stuckAfterSeconds", "ownerless", "exitSlippageBps",
    "exitCapBps",
  ]

  init(_ section: Section) {
    maxOrderQuantity = QuantitiesDraft("maxOrderQuantity", section, isRequired: false)
    maxPosition = QuantitiesDraft("maxPosition", section, isRequired: false)
    priceCollar = section.priceCollar(isRequired: false)
    ordersPerSecond = section.has("ordersPerSecond") ? section.rate("ordersPerSecond", default: nil) : nil
    maxOpenOrders = section.openOrders()
    orderTimeoutNanos = section.nanos("orderTimeoutSeconds", .seconds, in: 1...600, default: 10)
    cancelTimeoutNanos = section.nanos("cancelTimeoutSeconds", .seconds, in: 1...600, default: 5)
    stuckAfterNanos = section.nanos("stuckAfterSeconds", .seconds, in: 1...3600, default: 30)
    ownerless = section.choice("ownerless", default: .keep)
    exitSlippage = section.bps("exitSlippageBps", in: 0...1000, default: Bps(raw: 50_000_000))
    exitCap = section.bps("exitCapBps", in: 1...5000, default: Bps(raw: 1_000_000_000))
    if let exitSlippage, let exitCap, exitCap.value < exitSlippage.value {
      section.report(
        .outOfRange, key: section.has("exitCapBps") ? "exitCapBps" : "exitSlippageBps",
        "the cap of \(exitCap.value) bps is below the first slippage of \(exitSlippage.value) bps")
    }
  }

  /// The settings with caps filled from the account's limits. Precondition: reading and checking found no
  /// error.
  func settings(limits: Limits) -> ExecutorSettings {
    guard let maxOpenOrders, let orderTimeoutNanos, let cancelTimeoutNanos, let stuckAfterNanos,
      let ownerless, let exitSlippage,
      let exitCap
    else {
      preconditionFailure("the executor of '\(limits.account)' was not checked")
    }
    return ExecutorSettings(
      maxOrderQuantity: Self.filled(maxOrderQuantity.quantities, from: limits.maxOrderQuantity),
      maxPosition: Self.filled(maxPosition.quantities, from: limits.maxPosition),
      priceCollar: priceCollar?.value ?? limits.priceCollar,
      ordersPerSecond: ordersPerSecond?.value ?? limits.ordersPerSecond,
      maxOpenOrders: maxOpenOrders.value, orderTimeoutNanos: orderTimeoutNanos.value,
      cancelTimeoutNanos: cancelTimeoutNanos.value,
      stuckAfterNanos: stuckAfterNanos.value, ownerless: ownerless.value, exitSlippage: exitSlippage.value,
      exitCap: exitCap.value)
  }

  private static func filled(
    _ caps: [InstrumentQuantity], from limits: [InstrumentQuantity]
  ) -> [InstrumentQuantity] {
    let missing = limits.filter { limit in !caps.contains { $0.instrument == limit.instrument } }
    return (caps + missing).sorted { $0.instrument < $1.instrument }
  }
}
