/// Best quotes and trades of one instrument from a recorded Binance stream (`<local time> <JSON>` per line),
/// in the order of the exchange's transaction time. At equal times trades come first: the quote after them is
/// their result.
package struct Tape {
  package struct Quote {
    package let millis: Int64
    package let bidTicks: Int64
    package let askTicks: Int64
    package let bidSize: Double
    package let askSize: Double

    /// Bid + ask, which a mid of half ticks needs no rounding for.
    package var midHalfTicks: Int64 { bidTicks + askTicks }
  }

  package struct Trade {
    package let millis: Int64
    package let ticks: Int64
    package let quantity: Double
    /// The buyer was the aggressor.
    package let isBuy: Bool
  }

  package enum Event {
    case trade(Trade)
    case quote(Quote)

    var millis: Int64 {
      switch self {
      case .trade(let trade): trade.millis
      case .quote(let quote): quote.millis
      }
    }
  }

  package let tick: Double
  package private(set) var quotes: [Quote] = []
  package private(set) var trades: [Trade] = []
  /// Lines of neither kind, or without the fields of their kind.
  package private(set) var otherLines = 0

  package init(tick: Double) { self.tick = tick }

  /// Takes in a line of the recording.
  package mutating func add(line: String) {
    let bytes = Array(line.utf8)
    let fields = Fields(bytes)
    guard let millis = fields.integer("T", bytes) else {
      otherLines += 1
      return
    }
    if let bid = fields.number("b", bytes), let ask = fields.number("a", bytes),
      let bidSize = fields.number("B", bytes), let askSize = fields.number("A", bytes)
    {
      quotes.append(
        Quote(
          millis: millis, bidTicks: ticks(bid), askTicks: ticks(ask), bidSize: bidSize, askSize: askSize))
    } else if let price = fields.number("p", bytes), let quantity = fields.number("q", bytes),
      let isSell = fields.flag("m", bytes), price > 0, quantity > 0
    {
      trades.append(Trade(millis: millis, ticks: ticks(price), quantity: quantity, isBuy: !isSell))
    } else {
      otherLines += 1
    }
  }

  private func ticks(_ price: Double) -> Int64 { Int64((price / tick).rounded()) }

  /// Everything in order of time.
  package var events: [Event] {
    var result: [Event] = trades.map { .trade($0) } + quotes.map { .quote($0) }
    // A stable sort by time: the standard library's is stable in practice, the index makes it so by
    // construction.
    let order = result.indices.sorted { (result[$0].millis, $0) < (result[$1].millis, $1) }
    result = order.map { result[$0] }
    return result
  }

  /// The quotes alone, in order of time, the last of each millisecond.
  package var quotesByTime: [Quote] {
    let order = quotes.indices.sorted { (quotes[$0].millis, $0) < (quotes[$1].millis, $1) }
    var result: [Quote] = []
    for index in order {
      if result.last?.millis == quotes[index].millis { result.removeLast() }
      result.append(quotes[index])
    }
    return result
  }
}

/// The values of one-letter keys of a flat JSON object, found in one pass. Quoted texts in these streams hold
/// no escapes; a nested object (a depth update) has none of the keys in the combination asked for.
private struct Fields {
  private var ranges: [Range<Int>?] = Array(repeating: nil, count: 128)

  init(_ bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let bytes = bytes.span
    var index = 0
    while index + 4 < bytes.count {
      guard bytes[index] == quote, bytes[index + 2] == quote, bytes[index + 3] == UInt8(ascii: ":"),
        bytes[index + 1] < 128
      else {
        index += 1
        continue
      }
      let key = Int(bytes[index + 1])
      var start = index + 4
      if bytes[start] == quote { start += 1 }
      var end = start
      while end < bytes.count, bytes[end] != quote, bytes[end] != UInt8(ascii: ","),
        bytes[end] != UInt8(ascii: "}")
      {
        end += 1
      }
      ranges[key] = start..<end
      index = end
    }
  }

  private func text(_ key: Character, _ bytes: [UInt8]) -> String? {
    guard let code = key.asciiValue, let range = ranges[Int(code)] else { return nil }
    return String(decoding: bytes[range], as: UTF8.self)
  }

  func number(_ key: Character, _ bytes: [UInt8]) -> Double? {
    text(key, bytes).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
  }

  func integer(_ key: Character, _ bytes: [UInt8]) -> Int64? { text(key, bytes).flatMap { Int64($0) } }

  func flag(_ key: Character, _ bytes: [UInt8]) -> Bool? { text(key, bytes).flatMap { Bool($0) } }
}
