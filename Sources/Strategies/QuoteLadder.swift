import Trading

/// One wanted quote.
public struct QuoteLevel: Equatable, Sendable {
  /// Distance from the reference price, bps: below it for a bid, above it for an ask. May be negative.
  public var offsetBps: Double
  /// Base units; positive.
  public var quantity: Quantity
  /// 0 passive … 1 at once.
  public var urgency: Double

  public init(offsetBps: Double, quantity: Quantity, urgency: Double = 0) {
    self.offsetBps = offsetBps
    self.quantity = quantity
    self.urgency = urgency
  }
}

/// The quotes of one side, nearest first. Held in place: making and handing on a ladder allocates nothing.
public struct QuoteLevels: Sendable {
  /// More are refused by `append`.
  public static let mostLevels = 16

  private var levels = InlineArray<16, QuoteLevel>(repeating: QuoteLevel(offsetBps: 0, quantity: .zero))
  public private(set) var count = 0

  public init() {}

  public var isEmpty: Bool { count == 0 }

  /// A level by its depth; one that is not there is a bug and traps.
  public subscript(depth: Int) -> QuoteLevel {
    precondition(depth >= 0 && depth < count, "level \(depth) of \(count)")
    return levels[depth]
  }

  /// Adds a level behind the others; false if there is no room.
  @discardableResult
  public mutating func append(_ level: QuoteLevel) -> Bool {
    guard count < Self.mostLevels else { return false }
    levels[count] = level
    count += 1
    return true
  }

  public mutating func removeAll() { count = 0 }
}

extension QuoteLevels: Equatable {
  public static func == (left: QuoteLevels, right: QuoteLevels) -> Bool {
    guard left.count == right.count else { return false }
    for depth in 0..<left.count where left[depth] != right[depth] { return false }
    return true
  }
}

/// The quotes of both sides. A side without levels is not quoted.
public struct QuoteLadder: Equatable, Sendable {
  public var bids = QuoteLevels()
  public var asks = QuoteLevels()

  public init() {}

  /// One quote a side.
  public init(bids: QuoteLevel, asks: QuoteLevel) {
    self.bids.append(bids)
    self.asks.append(asks)
  }

  public var isEmpty: Bool { bids.isEmpty && asks.isEmpty }

  /// What is wrong with it, nil if nothing is: every number finite, every quantity positive, offsets not
  /// falling.
  package var fault: StrategyFault? { Self.fault(bids, "bid") ?? Self.fault(asks, "ask") }

  private static func fault(_ levels: QuoteLevels, _ side: String) -> StrategyFault? {
    var nearer = -Double.infinity
    for depth in 0..<levels.count {
      let level = levels[depth]
      guard level.offsetBps.isFinite else { return .notANumber("the offset of \(side) \(depth)") }
      guard level.urgency >= 0, level.urgency <= 1 else {
        return level.urgency.isNaN
          ? .notANumber("the urgency of \(side) \(depth)")
          : .invalidOutput("the urgency of \(side) \(depth) is \(level.urgency), not 0 to 1")
      }
      guard level.quantity.isPositive else {
        return .invalidOutput("the quantity of \(side) \(depth) is \(level.quantity)")
      }
      guard level.offsetBps >= nearer else {
        return .invalidOutput("\(side) \(depth) is nearer than the one before")
      }
      nearer = level.offsetBps
    }
    return nil
  }
}
