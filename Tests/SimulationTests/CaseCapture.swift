/// Writes a capture in Binance's raw format, one JSON message a line with the recorder's time before it, for
/// markets that a test makes up.
///
/// ```swift
/// var capture = CaseCapture()
/// capture.snapshot(.around(60_000))
/// capture.quiet(around: 60_000, seconds: 8)
/// capture.pass(seconds: 0.1)
/// capture.move(to: CaseBook(bids: [(58_830, 5)], asks: [(60_031, 5)]))
/// capture.trade(58_830, 0.01, isBuyerMaker: true)
/// ```
struct CaseCapture {
  let symbol: String
  /// Digits after the point, of prices and of quantities.
  let priceDecimals: Int
  let quantityDecimals: Int
  /// The recorder's time of the next line, ns UTC.
  private(set) var nanos: Int64
  private(set) var lines: [String] = []
  private var updateId: UInt64 = 1_000
  private var tradeId: UInt64 = 1
  /// Levels by price, in units of the last digit.
  private var bids: [Int64: String] = [:]
  private var asks: [Int64: String] = [:]

  init(
    symbol: String = "BTCUSDT", startNanos: Int64 = 1_723_161_254_000_000_000, priceDecimals: Int = 2,
    quantityDecimals: Int = 5
  ) {
    self.symbol = symbol
    self.priceDecimals = priceDecimals
    self.quantityDecimals = quantityDecimals
    nanos = startNanos
  }

  /// The whole capture as the text of a file.
  var text: String { lines.map { $0 + "\n" }.joined() }

  mutating func pass(seconds: Double) { nanos += Int64((seconds * 1e9).rounded()) }

  /// A line with any message, stamped now or at a time of its own.
  mutating func raw(_ json: String, atNanos: Int64? = nil) { lines.append("\(atNanos ?? nanos) \(json)") }

  mutating func snapshot(_ book: CaseBook) {
    bids = levels(book.bids)
    asks = levels(book.asks)
    raw("{\"lastUpdateId\":\(updateId),\"bids\":\(list(bids, .down)),\"asks\":\(list(asks, .up))}")
    ticker()
  }

  /// Changes single levels; a quantity of 0 takes one away.
  mutating func depth(bids changedBids: CaseLevels = [], asks changedAsks: CaseLevels = []) {
    let (newBids, newAsks) = (levels(changedBids), levels(changedAsks))
    apply(newBids, to: \.bids)
    apply(newAsks, to: \.asks)
    updateId += 1
    raw(
      "{\"stream\":\"\(symbol.lowercased())@depth@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":\(millis),"
        + "\"s\":\"\(symbol)\",\"U\":\(updateId),\"u\":\(updateId),\"b\":\(list(newBids, .down)),"
        + "\"a\":\(list(newAsks, .up))}}")
  }

  /// Moves the whole book to these levels, and tells the best of them.
  mutating func move(to book: CaseBook, tellsTicker: Bool = true) {
    var (changedBids, changedAsks) = (book.bids, book.asks)
    let (newBids, newAsks) = (levels(book.bids), levels(book.asks))
    for price in bids.keys.sorted() where newBids[price] == nil { changedBids.append((value(price), 0)) }
    for price in asks.keys.sorted() where newAsks[price] == nil { changedAsks.append((value(price), 0)) }
    depth(bids: changedBids, asks: changedAsks)
    if tellsTicker { ticker() }
  }

  /// The best bid and ask; nothing while a side is empty.
  mutating func ticker() {
    guard let bid = bids.keys.max(), let ask = asks.keys.min() else { return }
    raw(
      "{\"stream\":\"\(symbol.lowercased())@bookTicker\",\"data\":{\"u\":\(updateId),\"s\":\"\(symbol)\","
        + "\"b\":\"\(text(bid))\",\"B\":\"\(bids[bid] ?? "0")\",\"a\":\"\(text(ask))\","
        + "\"A\":\"\(asks[ask] ?? "0")\"}}")
  }

  /// A print. `extra` adds fields, such as `"X":"INSURANCE_FUND"`.
  mutating func trade(_ price: Double, _ quantity: Double, isBuyerMaker: Bool, extra: String? = nil) {
    raw(
      "{\"stream\":\"\(symbol.lowercased())@trade\",\"data\":{\"e\":\"trade\",\"E\":\(millis),"
        + "\"s\":\"\(symbol)\",\"t\":\(tradeId),\"p\":\"\(text(units(price)))\","
        + "\"q\":\"\(quantityText(quantity))\",\"T\":\(millis),\"m\":\(isBuyerMaker),\"M\":true"
        + (extra.map { ",\($0)" } ?? "") + "}}")
    tradeId += 1
  }

  /// Ten updates and prints a second that go half a unit up and down around a price.
  mutating func quiet(around mid: Double, seconds: Double, quantity: Double = 5) {
    for index in 0..<Int((seconds * 10).rounded()) {
      pass(seconds: 0.1)
      let price = mid + (index % 2 == 1 ? 0.5 : -0.5)
      move(to: .around(price, quantity: quantity))
      trade(price, 0.001, isBuyerMaker: index % 2 == 0)
    }
  }

  /// A rise by 30 in a second, on which the break-out strategy of `CaseTopology` buys.
  mutating func breakOut(from mid: Double) {
    for index in 0..<10 {
      pass(seconds: 0.1)
      move(to: .around(mid + 30 + Double(index) * 0.01, quantity: 5))
      trade(mid + 30, 0.001, isBuyerMaker: false)
    }
  }

  // MARK: Text

  private enum Order { case up, down }

  private var millis: Int64 { nanos / 1_000_000 }

  private func units(_ price: Double) -> Int64 { Int64((price * Self.power(priceDecimals)).rounded()) }

  private func value(_ units: Int64) -> Double { Double(units) / Self.power(priceDecimals) }

  private func text(_ units: Int64) -> String { Self.text(units, decimals: priceDecimals) }

  private func quantityText(_ quantity: Double) -> String {
    Self.text(Int64((quantity * Self.power(quantityDecimals)).rounded()), decimals: quantityDecimals)
  }

  private static func power(_ decimals: Int) -> Double {
    (0..<decimals).reduce(1) { value, _ in value * 10 }
  }

  private static func text(_ units: Int64, decimals: Int) -> String {
    let digits = String(units.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return (units < 0 ? "-" : "") + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  private func levels(_ levels: CaseLevels) -> [Int64: String] {
    var texts: [Int64: String] = [:]
    for (price, quantity) in levels { texts[units(price)] = quantityText(quantity) }
    return texts
  }

  private mutating func apply(
    _ changes: [Int64: String], to side: WritableKeyPath<CaseCapture, [Int64: String]>
  ) {
    let nothing = quantityText(0)
    for price in changes.keys.sorted() {
      self[keyPath: side][price] = changes[price] == nothing ? nil : changes[price]
    }
  }

  private func list(_ levels: [Int64: String], _ order: Order) -> String {
    let prices = order == .up ? levels.keys.sorted() : levels.keys.sorted(by: >)
    return "[" + prices.map { "[\"\(text($0))\",\"\(levels[$0] ?? "0")\"]" }.joined(separator: ",") + "]"
  }
}

/// Prices with their quantities.
typealias CaseLevels = [(Double, Double)]

/// A book that a test makes up.
struct CaseBook {
  var bids: CaseLevels
  var asks: CaseLevels

  /// Levels of one quantity, a tick apart, from a tick beyond the mid.
  static func around(
    _ mid: Double, tick: Double = 0.01, levels: Int = 5, quantity: Double = 0.5
  ) -> CaseBook {
    CaseBook(
      bids: (1...levels).map { (mid - Double($0) * tick, quantity) },
      asks: (1...levels).map { (mid + Double($0) * tick, quantity) })
  }
}
