/// One price of an order book with the quantity resting there.
@frozen public struct BookLevel: Hashable, Sendable {
  public var price: Price
  public var quantity: Quantity

  @inlinable public init(price: Price, quantity: Quantity) {
    self.price = price
    self.quantity = quantity
  }
}

/// What one update did to a side of the book. Depths count from the best price, which is 0.
@frozen public enum BookChange: Equatable, Sendable {
  case inserted(depth: Int)
  case changed(depth: Int, from: Quantity)
  case deleted(depth: Int, from: Quantity)
  /// A deletion of a price the book does not hold. Normal for a venue that sends more depth than we keep or
  /// whose snapshot is newer than its updates; counted.
  case unknownLevel
  /// The side is full and the price is worse than all it holds; not kept, counted.
  case beyondCapacity
  /// A negative quantity means nothing here; nothing was changed.
  case refusedNegative
}

/// Why a list of levels is no side of a book.
@frozen public enum BookError: Error, Equatable, Sendable {
  case quantityNotPositive(index: Int)
  /// This level is not strictly worse than the one before.
  case notSorted(index: Int)
}
