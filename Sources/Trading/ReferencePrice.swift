/// When the middle of the two best quotes is a price, and which price was the last.
///
/// Any two quotes have a middle; that does not make it a price. It is one while the spread is at most
/// `maxSpread` and the middle agrees with the last confirmed one. A middle farther than `maxJump` from that
/// is doubted until the market bears it out: two further updates near it, *and* either both sides have moved
/// there, each at least half as far as the middle has, or others have traded there. So one side that is
/// pulled, and leaves a stub, never confirms itself, however often it or the other side is told again.
///
/// ```swift
/// var reference = ReferencePrice(maxSpread: instrument.maxSpread)
/// reference.take(bid: bid, ask: ask)
/// guard let price = reference.price else { return .unpriced }
/// ```
public struct ReferencePrice: Equatable, Sendable {
  /// What is to be thought of the quotes at hand.
  public enum Verdict: Equatable, Sendable {
    /// A side is missing, or the two cross.
    case incomplete
    /// Farther apart than a price allows.
    case tooWide
    /// Too far from the last confirmed price, and not borne out yet.
    case doubted
    case confirmed
  }

  /// Updates near a doubted price before it can be confirmed.
  public static let confirmationsNeeded = 2
  /// What an instrument allows that says nothing else: 100 bps.
  public static let usualSpread = Bps(raw: 100_000_000)

  /// Of the middle.
  public let maxSpread: Bps
  /// The farthest the middle may move between two updates without doubt.
  public let maxJump: Bps

  public private(set) var verdict = Verdict.incomplete
  /// The last confirmed price, however old; nil before the first.
  public private(set) var lastConfirmed: Price?
  private var confirmedBid = Price.zero
  private var confirmedAsk = Price.zero
  /// The doubted middle, and what speaks for it.
  private var candidate: Price?
  private var confirmations = 0
  private var hasTradedThere = false

  /// Traps on a spread or jump that is not above 0.
  public init(maxSpread: Bps = Self.usualSpread, maxJump: Bps = Self.usualSpread) {
    precondition(
      maxSpread.isPositive && maxJump.isPositive, "a spread of \(maxSpread) bp or a jump of \(maxJump) bp")
    self.maxSpread = maxSpread
    self.maxJump = maxJump
  }

  /// That of an instrument whose quotes may be so far apart: a move by as much is no jump, because a trade in
  /// one of them moves the middle so.
  public init(ofQuotesWithin maxSpread: Bps, maxJump: Bps = Self.usualSpread) {
    self.init(maxSpread: maxSpread, maxJump: max(maxJump, maxSpread))
  }

  /// The price now; nil while there is none.
  public var price: Price? { verdict == .confirmed ? lastConfirmed : nil }

  /// Takes in the best quotes. True if they begin a new doubt.
  @discardableResult
  public mutating func take(bid: Price?, ask: Price?) -> Bool {
    guard let bid, let ask, bid.isPositive, bid < ask else {
      settle(.incomplete)
      return false
    }
    guard isNarrow(bid, ask) else {
      settle(.tooWide)
      return false
    }
    let middle = Self.middle(bid, ask)
    guard let lastConfirmed, !isNear(middle, lastConfirmed) else {
      confirm(bid, ask)
      return false
    }
    guard let candidate, isNear(middle, candidate) else {
      settle(.doubted)
      self.candidate = middle
      return true
    }
    self.candidate = middle
    confirmations += 1
    let isBorneOut = hasTradedThere || haveBothMoved(bid, ask, from: lastConfirmed, to: middle)
    if confirmations >= Self.confirmationsNeeded, isBorneOut { confirm(bid, ask) }
    return false
  }

  /// A trade of others on the market: it can bear out a price that is doubted.
  public mutating func take(trade price: Price) {
    if let candidate, price.isPositive, isNear(price, candidate) { hasTradedThere = true }
  }

  /// A whole book says so: its best quotes make a price, if they are close enough together.
  public mutating func trust(bid: Price?, ask: Price?) {
    guard let bid, let ask, bid.isPositive, bid < ask, isNarrow(bid, ask) else {
      take(bid: bid, ask: ask)
      return
    }
    confirm(bid, ask)
  }

  /// The quotes at hand are lost; the last confirmed price stays what the next is compared with.
  public mutating func lose() { settle(.incomplete) }

  /// Begins anew with another stream, whose prices are not to be compared with those so far.
  public mutating func forget() { self = Self(maxSpread: maxSpread, maxJump: maxJump) }

  /// The spread of two quotes, of their middle, rounded down; nil unless both are there and do not cross.
  public static func spread(bid: Price?, ask: Price?) -> Bps? {
    guard let bid, let ask, bid.isPositive, bid <= ask else { return nil }
    let sum = Int128(bid.raw) + Int128(ask.raw)
    let spread = 2 * (Int128(ask.raw) - Int128(bid.raw)) * Bps.unitsInWhole / sum
    return Bps(raw: Int64(clamping: spread))
  }

  private mutating func confirm(_ bid: Price, _ ask: Price) {
    settle(.confirmed)
    lastConfirmed = Self.middle(bid, ask)
    (confirmedBid, confirmedAsk) = (bid, ask)
  }

  private mutating func settle(_ verdict: Verdict) {
    self.verdict = verdict
    candidate = nil
    confirmations = 0
    hasTradedThere = false
  }

  /// Halfway, rounded down to a unit of `Price`. Of positive prices, so that nothing overflows.
  private static func middle(_ bid: Price, _ ask: Price) -> Price {
    Price(raw: bid.raw + (ask.raw - bid.raw) / 2)
  }

  private func isNarrow(_ bid: Price, _ ask: Price) -> Bool {
    let sum = Int128(bid.raw) + Int128(ask.raw)
    return 2 * (Int128(ask.raw) - Int128(bid.raw)) * Bps.unitsInWhole <= Int128(maxSpread.raw) * sum
  }

  private func isNear(_ price: Price, _ reference: Price) -> Bool {
    let distance = (Int128(price.raw) - Int128(reference.raw)).magnitude
    return Int128(distance) * Bps.unitsInWhole <= Int128(maxJump.raw) * Int128(reference.raw)
  }

  private func haveBothMoved(_ bid: Price, _ ask: Price, from: Price, to: Price) -> Bool {
    let move = Int128(to.raw) - Int128(from.raw)
    let sign: Int128 = move < 0 ? -1 : 1
    let bidMove = sign * (Int128(bid.raw) - Int128(confirmedBid.raw))
    let askMove = sign * (Int128(ask.raw) - Int128(confirmedAsk.raw))
    return 2 * min(bidMove, askMove) >= sign * move
  }
}
