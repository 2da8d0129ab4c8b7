// What a venue's capabilities are made of. The bits of the sets are those of the message that tells them; one
// that this program does not know says nothing to it.

extension VenueCapabilities {
  /// How an order may be priced.
  public struct OrderTypes: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue & 0b111 }

    public static let market = OrderTypes(rawValue: 1 << 0)
    public static let limit = OrderTypes(rawValue: 1 << 1)
    public static let stop = OrderTypes(rawValue: 1 << 2)
    public static let known: OrderTypes = [.market, .limit, .stop]

    public init(_ type: OrderType) {
      switch type {
      case .market: self = .market
      case .limit: self = .limit
      case .stop: self = .stop
      }
    }
  }

  /// How long an order may stand.
  public struct TimesInForce: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue & 0b111 }

    public static let gtc = TimesInForce(rawValue: 1 << 0)
    public static let ioc = TimesInForce(rawValue: 1 << 1)
    public static let fok = TimesInForce(rawValue: 1 << 2)
    public static let known: TimesInForce = [.gtc, .ioc, .fok]

    public init(_ timeInForce: TimeInForce) {
      switch timeInForce {
      case .gtc: self = .gtc
      case .ioc: self = .ioc
      case .fok: self = .fok
      }
    }
  }

  /// Conditions of an order (FIX 18).
  public struct ExecInsts: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue & 0b11 }

    public static let postOnly = ExecInsts(rawValue: 1 << 0)
    public static let reduceOnly = ExecInsts(rawValue: 1 << 1)
    public static let known: ExecInsts = [.postOnly, .reduceOnly]
  }

  /// How orders may hang together.
  public struct OrderLists: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue & 0b1 }

    /// A stop and a target: what one fills is taken from the other at once.
    public static let pair = OrderLists(rawValue: 1 << 0)
  }

  /// Whether an order can be changed, and what it costs.
  public enum Amend: UInt8, CaseIterable, Comparable, Sendable {
    case none = 1
    /// It goes behind the others at its price.
    case losesPriority = 2
    /// Where only the quantity falls it keeps its place.
    case keepsPriority = 3

    public static func < (left: Amend, right: Amend) -> Bool { left.rawValue < right.rawValue }
  }

  /// What a client order id may be.
  public struct ClientIDs: Equatable, Sendable {
    /// Characters at most.
    public var longest: Int
    public var characters: Characters
    public var rule: Rule

    public init(longest: Int, characters: Characters, rule: Rule) {
      self.longest = longest
      self.characters = characters
      self.rule = rule
    }

    public struct Characters: OptionSet, Sendable {
      public let rawValue: UInt8
      public init(rawValue: UInt8) { self.rawValue = rawValue & 0b1111 }

      public static let digits = Characters(rawValue: 1 << 0)
      public static let capitals = Characters(rawValue: 1 << 1)
      public static let smallLetters = Characters(rawValue: 1 << 2)
      /// Hyphen, underscore, dot, colon, slash.
      public static let signs = Characters(rawValue: 1 << 3)
      public static let known: Characters = [.digits, .capitals, .smallLetters, .signs]
    }

    /// What happens with an id that was used before. The raw values are a topology's words.
    public enum Rule: String, CaseIterable, Sendable {
      /// Refused only while the first order is open; a filled order's id is accepted again, as on Binance
      /// spot: the harder rule to trade under.
      case uniqueAmongOpen = "unique-among-open"
      /// Refused as long as the venue remembers the order, as on Bybit.
      case uniqueEver = "unique-ever"
    }
  }

  /// What ends the doubt whether a request that was not answered can still act.
  public enum Doubt: UInt8, CaseIterable, Comparable, Sendable {
    /// Nothing: it may come true at any later time.
    case none = 1
    /// The numbers of the venue's session.
    case sequence = 2
    /// Its receive window.
    case window = 3

    public static func < (left: Doubt, right: Doubt) -> Bool { left.rawValue < right.rawValue }
  }

  /// A switch that cancels when nothing was heard of us for a time that we set.
  public struct DeadMan: Equatable, Sendable {
    public var shortestNanos: Int64
    public var longestNanos: Int64
    /// What it cancels at the least, when it is told to spare what it can.
    public var kills: Orders

    public init(shortestNanos: Int64, longestNanos: Int64, kills: Orders) {
      self.shortestNanos = shortestNanos
      self.longestNanos = longestNanos
      self.kills = kills
    }

    public struct Orders: OptionSet, Sendable {
      public let rawValue: UInt8
      public init(rawValue: UInt8) { self.rawValue = rawValue & 0b11 }

      /// All but stops that wait for their trigger.
      public static let working = Orders(rawValue: 1 << 0)
      /// Stops that wait for their trigger.
      public static let stops = Orders(rawValue: 1 << 1)
    }
  }

  /// How many orders an account may have; nil where the venue does not say.
  public struct Counts: Equatable, Sendable {
    /// Open, those that wait for a trigger included.
    public var openOrders: Int?
    /// Waiting for a trigger.
    public var conditionalOrders: Int?

    public init(openOrders: Int? = nil, conditionalOrders: Int? = nil) {
      self.openOrders = openOrders
      self.conditionalOrders = conditionalOrders
    }
  }

  /// How many messages a venue takes.
  public struct MessageBudget: Equatable, Sendable {
    public var perSecond: Int64
    /// At once, after a pause.
    public var burst: Int64

    public init(perSecond: Int64, burst: Int64) {
      self.perSecond = perSecond
      self.burst = burst
    }
  }
}
