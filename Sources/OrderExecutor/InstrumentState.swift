import ActorKit
import Trading
import Wire

/// What the executor knows of an instrument's market now. Volatile: rebuilt from the feed's streams after a
/// restart.
struct InstrumentState: Sendable {
  let instrument: Instrument
  let caps: InstrumentCaps?
  let topTopic: Topic
  let statusTopic: Topic
  /// Nil until a usable one has come: both sides there, positive, not crossed.
  private(set) var top: Top?
  /// The two sides by themselves, where they are there: what a position is closed against needs one only.
  private(set) var bid: Price?
  private(set) var ask: Price?
  /// What the best quotes make of a price, judged here again whatever the feed says.
  private(set) var reference: ReferencePrice
  /// Nil until the feed has told.
  var feedState: FeedState?
  /// What the feed holds against it.
  var feedCause = Anomaly.none
  /// The feed that publishes it, learned from its messages; 0 until then.
  var feed: UInt16 = 0
  /// The feed has missed beats.
  var isFeedSilent = false

  struct Top: Equatable, Sendable {
    var bid: Price
    var ask: Price
    /// When it was received, boot clock.
    var boot: Int64
  }

  init(_ instrument: Instrument, _ caps: InstrumentCaps?, topTopic: Topic, statusTopic: Topic) {
    self.instrument = instrument
    self.caps = caps
    self.topTopic = topTopic
    self.statusTopic = statusTopic
    reference = ReferencePrice(ofQuotesWithin: instrument.maxSpread)
  }

  /// The market's best quotes, if they are whole and current. Whether they make a price is another matter:
  /// `price`.
  var usableTop: Top? { isCurrent ? top : nil }

  private var isCurrent: Bool {
    guard !isFeedSilent else { return false }
    return feedState == .live || feedState == .suspect || feedState == .unpriced
  }

  /// The price from which everything that opens is measured; nil while there is none.
  var price: Price? { feedState == .live && !isFeedSilent && top != nil ? reference.price : nil }

  /// There are current quotes, and they make no price.
  var isUnpriced: Bool { usableTop != nil && price == nil }

  /// The best price that an order of a side trades against; nil while nobody is there. The other side may be
  /// empty: who wants to get out does not need it.
  func touch(_ side: Side) -> Price? {
    let isOneSided = feedState == .stale && feedCause == .emptyBook && !isFeedSilent
    guard isCurrent || isOneSided else { return nil }
    return side == .sell ? bid : ask
  }

  /// Takes in the best quotes. True if they changed.
  mutating func take(bid: Price?, ask: Price?, atBoot boot: Int64) -> Bool {
    let isChanged = bid != self.bid || ask != self.ask
    (self.bid, self.ask) = (bid, ask)
    reference.take(bid: bid, ask: ask)
    if let bid, let ask, bid < ask {
      top = Top(bid: bid, ask: ask, boot: boot)
    } else {
      // One side empty, crossed or nonsense: there is no market to be passive in.
      top = nil
    }
    return isChanged
  }

  /// The best quotes are missing until they are told again.
  mutating func loseTop() {
    (top, bid, ask) = (nil, nil, nil)
    reference.lose()
  }

  /// What was known from the feed's streams is void.
  mutating func forgetMarket() {
    loseTop()
    reference.forget()
    feedState = nil
    feedCause = .none
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
