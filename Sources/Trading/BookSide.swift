/// One side of an order book: its levels sorted in one block of memory, the best last, never reallocated.
///
/// Levels lie in the window `first..<end` of `levels`, ordered by `rank`, which grows towards better prices
/// on both sides, so that one code serves bids and asks. Most updates hit the best few levels: they are found
/// by stepping back from the end in doubling strides, and an insertion or deletion moves whichever part of
/// the window is shorter. When the window reaches an end of the block it is moved to the middle, at most once
/// in `slack / 2` insertions.
@frozen public struct BookSide: Sendable {
  public let side: Side
  /// The most levels held. A full side drops its worst for a better one and refuses one that is worse.
  public let capacity: Int
  @usableFromInline var levels: [BookLevel]
  @usableFromInline var first: Int
  @usableFromInline var end: Int

  public init(_ side: Side, capacity: Int) {
    precondition(capacity > 0, "a side of a book must hold at least one level, not \(capacity)")
    self.side = side
    self.capacity = capacity
    let slack = 64 + capacity / 2
    levels = Array(repeating: BookLevel(price: .zero, quantity: .zero), count: capacity + slack)
    first = slack / 2
    end = first
  }

  @inlinable public var count: Int { end &- first }
  @inlinable public var isEmpty: Bool { first == end }

  /// The level at a depth from the best (0); nil beyond the last.
  @inlinable public subscript(depth: Int) -> BookLevel? {
    depth >= 0 && depth < count ? levels[end &- 1 &- depth] : nil
  }

  @inlinable public var best: BookLevel? { first == end ? nil : levels[end &- 1] }

  /// The quantity at a price, zero when there is none.
  @inlinable public func quantity(at price: Price) -> Quantity {
    let index = lowerBound(rank(price))
    return index < end && levels[index].price == price ? levels[index].quantity : .zero
  }

  /// The depth of a price, nil when the side does not hold it.
  @inlinable public func depth(of price: Price) -> Int? {
    let index = lowerBound(rank(price))
    return index < end && levels[index].price == price ? end &- 1 &- index : nil
  }

  /// Complement instead of negation: it reverses the order too, and exists for the smallest price as well.
  @inlinable func rank(_ price: Price) -> Int64 { side == .buy ? price.raw : ~price.raw }

  /// The first index in `first..<end` whose rank is at least `target`, else `end`.
  @inlinable func lowerBound(_ target: Int64) -> Int {
    var high = end
    var stride = 1
    while high > first {
      let probe = Swift.max(first, high &- stride)
      if rank(levels[probe].price) < target { return search(probe &+ 1, high, target) }
      high = probe
      stride &*= 2
    }
    return first
  }

  @inlinable func search(_ from: Int, _ to: Int, _ target: Int64) -> Int {
    var low = from
    var high = to
    while low < high {
      let middle = (low &+ high) &>> 1
      if rank(levels[middle].price) < target { low = middle &+ 1 } else { high = middle }
    }
    return low
  }
}

extension BookSide {
  /// Sets the quantity at a price; zero deletes the level.
  @inlinable public mutating func apply(_ price: Price, _ quantity: Quantity) -> BookChange {
    let index = lowerBound(rank(price))
    let depth = end &- 1 &- index
    if index < end, levels[index].price == price {
      let previous = levels[index].quantity
      if quantity.isPositive {
        levels[index].quantity = quantity
        return .changed(depth: depth, from: previous)
      }
      guard quantity.isZero else { return .refusedNegative }
      close(at: index)
      return .deleted(depth: depth, from: previous)
    }
    guard quantity.isPositive else { return quantity.isZero ? .unknownLevel : .refusedNegative }
    if count == capacity {
      guard index > first else { return .beyondCapacity }
      first &+= 1
    }
    insert(BookLevel(price: price, quantity: quantity), before: index)
    return .inserted(depth: depth &+ 1)
  }

  @inlinable public mutating func clear() {
    first = (levels.count &- capacity) / 2
    end = first
  }

  /// Replaces the whole side by levels given best first. On an error the side is empty: half a snapshot is no
  /// book. Returns how many of the worst did not fit.
  public mutating func load(bestFirst source: some Collection<BookLevel>) throws(BookError) -> Int {
    clear()
    end = first + min(source.count, capacity)
    var slot = end
    var previous: BookLevel?
    var index = 0
    for level in source {
      guard level.quantity.isPositive else {
        clear()
        throw .quantityNotPositive(index: index)
      }
      if let previous, rank(level.price) >= rank(previous.price) {
        clear()
        throw .notSorted(index: index)
      }
      if slot > first {
        slot -= 1
        levels[slot] = level
      }
      previous = level
      index += 1
    }
    return index - count
  }

  @inlinable mutating func insert(_ level: BookLevel, before index: Int) {
    var gap = index
    let movesBest = end &- index <= index &- first
    if movesBest ? end == levels.count : first == 0 { gap = gap &+ center() }
    if movesBest {
      var slot = end
      while slot > gap {
        levels[slot] = levels[slot &- 1]
        slot &-= 1
      }
      levels[gap] = level
      end &+= 1
    } else {
      first &-= 1
      var slot = first
      while slot < gap &- 1 {
        levels[slot] = levels[slot &+ 1]
        slot &+= 1
      }
      levels[gap &- 1] = level
    }
  }

  @inlinable mutating func close(at index: Int) {
    if end &- index <= index &- first {
      var slot = index &+ 1
      while slot < end {
        levels[slot &- 1] = levels[slot]
        slot &+= 1
      }
      end &-= 1
    } else {
      var slot = index
      while slot > first {
        levels[slot] = levels[slot &- 1]
        slot &-= 1
      }
      first &+= 1
    }
  }

  /// Moves the window to the middle of the block, so that there is room at both ends. Returns by how much it
  /// moved.
  @usableFromInline mutating func center() -> Int {
    let target = (levels.count - count) / 2
    let shift = target - first
    if shift < 0 {
      for slot in first..<end { levels[slot + shift] = levels[slot] }
    } else {
      for slot in (first..<end).reversed() { levels[slot + shift] = levels[slot] }
    }
    first += shift
    end += shift
    return shift
  }
}

extension BookSide: Equatable {
  /// Equal when they hold the same levels; where these lie in memory is no part of the value.
  public static func == (left: BookSide, right: BookSide) -> Bool {
    left.side == right.side && left.levels[left.first..<left.end] == right.levels[right.first..<right.end]
  }
}
