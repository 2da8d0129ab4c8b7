import ActorKit
import Trading
import Vocabulary
import Wire

/// An order that a source wants: the one shape between a decision and the venue.
struct OrderWish: Sendable {
  var purpose: OrderPurpose
  /// Index of the instrument.
  var instrument: Int
  var strategy: UInt16 = 0
  var side: Side
  var type = OrderType.limit
  var timeInForce = TimeInForce.gtc
  /// Limit price; the stop price of a stop order.
  var price: Price
  var quantity: Quantity
  var conditions: ExecInst = []
  /// The intent that it carries out or protects.
  var intent: IntentID?
  /// The order it is linked to at the venue.
  var partner: ClOrdID?
  /// Wall time of the market event behind it, ns UTC; 0 if none.
  var origin: Int64 = 0
  var correlation = Correlation.none
  var effect: Effect
  /// It rests a tick behind the price that was asked for, which would have crossed.
  var isMoved = false
  /// Only part of what is wanted fits in one order; the rest follows in the next turn.
  var isPart = false

  /// What it may do to the position.
  enum Effect: Equatable, Sendable {
    /// It may open: it passes the pre-trade gate, and takes of the budget for orders. `legs` are the orders
    /// that it will need when it is filled.
    case opens(legs: Int)
    /// It can only close what there is, as its source has seen to. It takes of the budget that is kept for
    /// cancels: getting out must not wait behind getting in.
    case closes
  }
}

/// What became of a wish.
enum Placing: Equatable, Sendable {
  case placed(ClOrdID)
  /// The gate let it not pass.
  case denied(Finding)
  /// There is no budget before then, boot clock.
  case putOff(untilBoot: Int64)
}

/// What a source wants done, in the order in which it is to be done.
enum Wish: Sendable {
  case place(OrderWish)
  /// `origin` as in `OrderWish`.
  case cancel(ClOrdID, origin: Int64 = 0)
  /// Something was decided that is to be written down.
  case record(ExecutorFact, Correlation = .none)
  /// The one terminal report of an intent.
  case end(IntentEnd)
  /// A side of a target is held back by our own gate.
  case tellDenied(QuoteTarget, Side, Finding, QuoteTarget.Level)
  /// What our gate has against a side of a target has changed, or grown older.
  case tellDenial(QuoteTarget, Side)
  /// An order was held back for good.
  case countDenied(RiskCheck)
  /// An intent's entry waits for our own quotes to go.
  case clearWay(of: IntentID)
  /// It waits for something else, and quotes need not make way for it.
  case leaveWait(IntentID)
  /// A person should look.
  case alarm(AlarmCode, Severity, instrument: UInt32, String)
  /// Something changed that may change what should rest in an instrument.
  case mark(instrument: UInt32)
  /// Look again then, boot clock.
  case retry(atBoot: Int64)
}

/// Where orders come from. A source decides what it wants from what it sees, and makes no order: what it
/// wants done it appends to a list, which is carried out in order.
protocol OrderSource {
  /// Whether an order of this source still has a reason to rest.
  func speaks(for order: OrderOutline, _ situation: Situation) -> Bool
  /// What became of a wish of this source; what follows from it is appended.
  mutating func note(
    _ placing: Placing, of wish: OrderWish, _ situation: Situation, at now: Instant,
    into wishes: inout [Wish])
  /// What became of an order of this source at the venue.
  mutating func note(
    _ news: OrderNews, _ situation: Situation, at now: Instant, into wishes: inout [Wish])
}

extension OrderSource {
  mutating func note(
    _ news: OrderNews, _ situation: Situation, at now: Instant, into wishes: inout [Wish]
  ) {}
}

/// What the venue, or our own host, said of an order, as far as its source may care.
enum OrderNews: Sendable {
  case accepted(OwnOrder)
  /// It was refused, or never left.
  case refused(OwnOrder, RejectReason)
  case expired(OwnOrder, RejectReason)

  var order: OwnOrder {
    switch self {
    case .accepted(let order), .refused(let order, _), .expired(let order, _): order
    }
  }
}
