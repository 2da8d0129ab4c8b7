import Trading

/// Reads the lines of a raw Binance capture: `<receive time> <JSON>`, the JSON being a message of a combined
/// stream (`{"stream":…,"data":{…}}`), a bare message, or a REST depth snapshot, of spot, USD-M or COIN-M.
///
/// The order of fields does not matter, unknown ones are skipped, the syntax is strict. No byte sequence
/// traps. The level arrays are reused, so that a stream of lines allocates nothing once they have grown.
public struct CaptureLineParser: Sendable {
  /// The only instrument wanted, as the venue spells it; nil takes all.
  public let symbol: String?
  /// The levels of the last `.depth` or `.snapshot`.
  public private(set) var bids: [BookLevel] = []
  public private(set) var asks: [BookLevel] = []
  /// The recorder's time of the last line that had one, nanoseconds UTC.
  public private(set) var receiveNanos: Int64 = 0

  /// Levels kept per side and line; a line with more is malformed. Twice the deepest public snapshot.
  public static let mostLevels = 10_000

  /// Quantities of the last line's levels that were beyond the range and stand at the largest there is.
  public private(set) var quantitiesHeld = 0

  private let symbolBytes: [UInt8]

  public init(symbol: String? = nil) {
    self.symbol = symbol
    symbolBytes = symbol.map { Array($0.utf8) } ?? []
  }

  public mutating func parse(_ line: Span<UInt8>) -> CaptureEvent {
    quantitiesHeld = 0
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    do throws(CaptureLineError) {
      return try read(line)
    } catch {
      bids.removeAll(keepingCapacity: true)
      asks.removeAll(keepingCapacity: true)
      return .malformed(error)
    }
  }

  private mutating func read(_ line: Span<UInt8>) throws(CaptureLineError) -> CaptureEvent {
    var cursor = JSONCursor(offset: 0)
    receiveNanos = try receiveTime(line, &cursor)
    var fields = MessageFields()
    try object(line, &cursor, &fields, isOuter: true)
    cursor.skipBlank(line)
    guard cursor.offset == line.count else {
      throw .unexpectedByte(line[cursor.offset], offset: cursor.offset)
    }
    if symbol != nil, fields.has(.symbol), !equal(fields.symbol, symbolBytes, line) {
      return .otherInstrument
    }
    return try event(fields, line)
  }
}

// MARK: - Reading

extension CaptureLineParser {
  /// Digits and one blank. The unit is told by the size: the same moment in microseconds is a thousandth.
  private func receiveTime(
    _ line: Span<UInt8>, _ cursor: inout JSONCursor
  ) throws(CaptureLineError) -> Int64 {
    var time: Int64 = 0
    while cursor.offset < line.count {
      let digit = line[cursor.offset] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      guard cursor.offset < 19 else { throw .receiveTimeOutOfRange }
      // 18 digits fit; the nineteenth may not.
      let (tens, tensOverflow) = time.multipliedReportingOverflow(by: 10)
      let (next, overflow) = tens.addingReportingOverflow(Int64(digit))
      guard !tensOverflow, !overflow else { throw .receiveTimeOutOfRange }
      time = next
      cursor.offset += 1
    }
    guard cursor.offset > 0, cursor.offset < line.count, line[cursor.offset] == UInt8(ascii: " ") else {
      throw .noReceiveTime
    }
    switch time {
    case 1_000_000_000_000_000_000...: return time
    case 1_000_000_000_000_000..<10_000_000_000_000_000:
      let (nanos, overflow) = time.multipliedReportingOverflow(by: 1_000)
      guard !overflow else { throw .receiveTimeOutOfRange }
      return nanos
    default: throw .receiveTimeOutOfRange
    }
  }

  private mutating func object(
    _ line: Span<UInt8>, _ cursor: inout JSONCursor, _ fields: inout MessageFields, isOuter: Bool
  ) throws(CaptureLineError) {
    if try cursor.opensEmpty(UInt8(ascii: "{"), closing: UInt8(ascii: "}"), line) { return }
    repeat {
      let name = try cursor.string(line)
      try cursor.expect(UInt8(ascii: ":"), line)
      guard let field = MessageFields.field(name, line) else {
        try cursor.skipValue(line)
        continue
      }
      let first = try cursor.peek(line)
      if field == .data, isOuter, first == UInt8(ascii: "{") {
        try fields.mark(.data)
        try object(line, &cursor, &fields, isOuter: false)
      } else {
        try value(of: field, startingWith: first, line, &cursor, &fields)
      }
    } while try cursor.continues(until: UInt8(ascii: "}"), line)
  }

  /// A value of another type than the field's is skipped: other messages use the same short names
  /// differently.
  private mutating func value(
    of field: CaptureField, startingWith first: UInt8, _ line: Span<UInt8>, _ cursor: inout JSONCursor,
    _ fields: inout MessageFields
  ) throws(CaptureLineError) {
    switch (first, field) {
    case (UInt8(ascii: "\""), _):
      let piece = try cursor.string(line)
      try fields.set(field, piece)
    case (UInt8(ascii: "["), .bid), (UInt8(ascii: "["), .bids):
      try fields.mark(.bids)
      try CaptureLineParser.levels(line, &cursor, into: &bids, &quantitiesHeld)
    case (UInt8(ascii: "["), .ask), (UInt8(ascii: "["), .asks):
      try fields.mark(.asks)
      try CaptureLineParser.levels(line, &cursor, into: &asks, &quantitiesHeld)
    case (UInt8(ascii: "t"), .buyerIsMaker), (UInt8(ascii: "f"), .buyerIsMaker):
      try fields.mark(.buyerIsMaker)
      fields.buyerIsMaker = try cursor.boolean(line)
    case (UInt8(ascii: "0")...UInt8(ascii: "9"), let field) where MessageFields.isInteger(field):
      let number = try cursor.integer(line)
      try fields.set(field, number)
    default: try cursor.skipValue(line)
    }
  }

  private static func levels(
    _ line: Span<UInt8>, _ cursor: inout JSONCursor, into levels: inout [BookLevel], _ held: inout Int
  ) throws(CaptureLineError) {
    if try cursor.opensEmpty(UInt8(ascii: "["), closing: UInt8(ascii: "]"), line) { return }
    repeat {
      guard levels.count < mostLevels else { throw .tooManyLevels(offset: cursor.offset) }
      try cursor.expect(UInt8(ascii: "["), line)
      let price = try cursor.string(line)
      try cursor.expect(UInt8(ascii: ","), line)
      let quantity = try cursor.string(line)
      try cursor.expect(UInt8(ascii: "]"), line)
      levels.append(
        BookLevel(price: try decimal(price, line), quantity: try levelQuantity(quantity, line, &held)))
    } while try cursor.continues(until: UInt8(ascii: "]"), line)
  }

  /// Coins of tiny value stand in books by more than the range: how much more than the largest is of no
  /// consequence there, and must not cost the line.
  private static func levelQuantity(
    _ piece: JSONCursor.Piece, _ line: Span<UInt8>, _ held: inout Int
  ) throws(CaptureLineError) -> Quantity {
    do throws(CaptureLineError) {
      return try decimal(piece, line)
    } catch .notANumber(.outOfRange, _)
      where piece.start < piece.end && line[piece.start] != UInt8(ascii: "-")
    {
      held += 1
      return Quantity(raw: .max)
    } catch {
      throw error
    }
  }

  private static func decimal<Value: FixedPoint>(
    _ piece: JSONCursor.Piece, _ line: Span<UInt8>
  ) throws(CaptureLineError) -> Value {
    do throws(DecimalError) {
      return try Value.parse(line.extracting(piece.start..<piece.end))
    } catch {
      throw .notANumber(error, offset: piece.start)
    }
  }
}

// MARK: - Meaning

extension CaptureLineParser {
  private static let depthUpdate = Array("depthUpdate".utf8)
  private static let trade = Array("trade".utf8)
  private static let bookTicker = Array("bookTicker".utf8)
  private static let bookTickerStream = Array("@bookTicker".utf8)
  private static let market = Array("MARKET".utf8)

  private func event(_ fields: MessageFields, _ line: Span<UInt8>) throws(CaptureLineError) -> CaptureEvent {
    if fields.has(.event) {
      if equal(fields.event, Self.depthUpdate, line) { return .depth(try depth(fields)) }
      if equal(fields.event, Self.bookTicker, line) { return .bookTicker(try ticker(fields, line)) }
      if equal(fields.event, Self.trade, line) { return .trade(try trade(fields, line)) }
      return .unused(name(fields.event, line))
    }
    if fields.has(.lastUpdateId) { return .snapshot(try snapshot(fields)) }
    // Spot's ticker does not say what it is; its stream does.
    if ends(fields.stream, with: Self.bookTickerStream, line) { return .bookTicker(try ticker(fields, line)) }
    return .unused(name(fields.stream, line))
  }

  private func depth(_ fields: MessageFields) throws(CaptureLineError) -> DepthUpdate {
    try fields.need(.firstId, .finalId, .eventTime)
    try fields.need(.bids, .asks)
    guard fields.firstId <= fields.finalId else { throw .idsOutOfOrder }
    return DepthUpdate(
      firstUpdateId: fields.firstId, finalUpdateId: fields.finalId,
      previousFinalUpdateId: fields.has(.previousFinalId) ? fields.previousFinalId : nil,
      eventNanos: try nanos(fields.eventMillis), receiveNanos: receiveNanos)
  }

  private func snapshot(_ fields: MessageFields) throws(CaptureLineError) -> DepthSnapshot {
    try fields.need(.bids, .asks)
    let eventNanos = fields.has(.eventTime) ? try nanos(fields.eventMillis) : nil
    return DepthSnapshot(
      lastUpdateId: fields.lastUpdateId, eventNanos: eventNanos, receiveNanos: receiveNanos)
  }

  private func trade(_ fields: MessageFields, _ line: Span<UInt8>) throws(CaptureLineError) -> CapturedTrade {
    try fields.need(.tradeId, .price, .quantity)
    try fields.need(.buyerIsMaker, .eventTime, .otherTime)
    return CapturedTrade(
      id: fields.tradeId, price: try Self.decimal(fields.price, line),
      quantity: try Self.decimal(fields.quantity, line), buyerIsMaker: fields.buyerIsMaker,
      isOnMarket: !fields.has(.tradeType) || equal(fields.tradeType, Self.market, line),
      eventNanos: try nanos(fields.eventMillis), tradeNanos: try nanos(fields.otherMillis),
      receiveNanos: receiveNanos)
  }

  private func ticker(_ fields: MessageFields, _ line: Span<UInt8>) throws(CaptureLineError) -> CapturedTicker
  {
    try fields.need(.finalId, .bid, .bidQuantity)
    try fields.need(.ask, .askQuantity)
    let bid = BookLevel(
      price: try Self.decimal(fields.bid, line), quantity: try Self.decimal(fields.bidQuantity, line))
    let ask = BookLevel(
      price: try Self.decimal(fields.ask, line), quantity: try Self.decimal(fields.askQuantity, line))
    let eventNanos = fields.has(.eventTime) ? try nanos(fields.eventMillis) : nil
    return CapturedTicker(
      updateId: fields.finalId, bid: bid, ask: ask, eventNanos: eventNanos, receiveNanos: receiveNanos)
  }

  private func nanos(_ millis: Int64) throws(CaptureLineError) -> Int64 {
    let (nanos, overflow) = millis.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { throw .outOfRange(offset: 0) }
    return nanos
  }

  private func name(_ piece: JSONCursor.Piece, _ line: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    for offset in piece.start..<min(piece.end, piece.start + 64) { bytes.append(line[offset]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func equal(_ piece: JSONCursor.Piece, _ wanted: [UInt8], _ line: Span<UInt8>) -> Bool {
    piece.end - piece.start == wanted.count && ends(piece, with: wanted, line)
  }

  private func ends(_ piece: JSONCursor.Piece, with wanted: [UInt8], _ line: Span<UInt8>) -> Bool {
    let start = piece.end - wanted.count
    guard start >= piece.start else { return false }
    for index in wanted.indices where line[start + index] != wanted[index] { return false }
    return true
  }
}
