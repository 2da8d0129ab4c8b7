import ActorKit
import Trading
import Wire

/// What the executor knows of an instrument's market now. Volatile: rebuilt from the feed's streams after a
/// restart.
struct InstrumentDesk: Sendable {
  let instrument: Instrument
  let caps: InstrumentCaps?
  let topTopic: Topic
  let statusTopic: Topic
  /// Nil until a usable one has come: both sides there, positive, not crossed.
  var top: Top?
  /// Nil until the feed has told.
  var feedState: FeedState?
  /// The feed that publishes it, learned from its messages; 0 until then.
  var feed: UInt16 = 0
  /// The feed has missed beats.
  var isFeedSilent = false
  /// Something happened that may change what should rest at the venue.
  var needsDecision = true
  /// Working quantities as last reported.
  var reportedBuys = Quantity.zero
  var reportedSells = Quantity.zero
  /// Not before this may another order be sent to close the position, boot clock.
  var nextFlattenBoot: Int64 = 0

  /// What nobody owns of the position, as last told to a person.
  var toldOwnerless = Quantity.zero
  /// Not before this is a change of it told, and an order sent to close it, boot clock.
  var nextOwnerlessBoot: Int64 = 0

  struct Top: Equatable, Sendable {
    var bid: Price
    var ask: Price
    /// When it was received, boot clock.
    var boot: Int64

    /// Halfway between the two, rounded down to a unit of `Price`.
    var mid: Price { Price(raw: bid.raw + (ask.raw - bid.raw) / 2) }
  }

  init(_ instrument: Instrument, _ caps: InstrumentCaps?, topTopic: Topic, statusTopic: Topic) {
    self.instrument = instrument
    self.caps = caps
    self.topTopic = topTopic
    self.statusTopic = statusTopic
  }

  /// The market's best prices if they can be relied on now.
  var usableTop: Top? { feedState == .live && !isFeedSilent ? top : nil }

  /// What was known from the feed's streams is void.
  mutating func forgetMarket() {
    top = nil
    feedState = nil
    needsDecision = true
  }

  /// The price at which an order rests without crossing: the price itself, or one tick behind the market's
  /// other side. Nil when there is no such positive price.
  func restingPrice(_ side: Side, _ price: Price, _ top: Top) -> Price? {
    switch side {
    case .buy:
      guard price >= top.ask else { return price }
      guard let below = top.ask.subtracting(Price(raw: 1)) else { return nil }
      return instrument.roundDown(below).flatMap { $0.isPositive ? $0 : nil }
    case .sell:
      guard price <= top.bid else { return price }
      return top.bid.adding(Price(raw: 1)).flatMap(instrument.roundUp)
    }
  }
}
