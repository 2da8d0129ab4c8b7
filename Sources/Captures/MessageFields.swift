/// The fields found in one message, before it is known what message it is.
struct MessageFields {
  var stream = JSONCursor.Piece()
  var event = JSONCursor.Piece()
  var symbol = JSONCursor.Piece()
  var price = JSONCursor.Piece()
  var quantity = JSONCursor.Piece()
  var tradeType = JSONCursor.Piece()
  var bid = JSONCursor.Piece()
  var bidQuantity = JSONCursor.Piece()
  var ask = JSONCursor.Piece()
  var askQuantity = JSONCursor.Piece()
  var eventMillis: Int64 = 0
  var otherMillis: Int64 = 0
  var firstId: Int64 = 0
  var finalId: Int64 = 0
  var previousFinalId: Int64 = 0
  var tradeId: Int64 = 0
  var lastUpdateId: Int64 = 0
  var buyerIsMaker = false

  private var seen: UInt32 = 0

  func has(_ field: CaptureField) -> Bool { seen & field.bit != 0 }

  mutating func mark(_ field: CaptureField) throws(CaptureLineError) {
    guard !has(field) else { throw .repeatedField(field) }
    seen |= field.bit
  }

  func need(
    _ first: CaptureField, _ second: CaptureField, _ third: CaptureField? = nil
  ) throws(CaptureLineError) {
    guard has(first) else { throw .missingField(first) }
    guard has(second) else { throw .missingField(second) }
    if let third, !has(third) { throw .missingField(third) }
  }

  /// A text for a field that is one; for any other field it is ignored.
  mutating func set(_ field: CaptureField, _ piece: JSONCursor.Piece) throws(CaptureLineError) {
    switch field {
    case .stream: stream = piece
    case .event: event = piece
    case .symbol, .longSymbol: symbol = piece
    case .price: price = piece
    case .quantity: quantity = piece
    case .tradeType: tradeType = piece
    case .bid: bid = piece
    case .bidQuantity: bidQuantity = piece
    case .ask: ask = piece
    case .askQuantity: askQuantity = piece
    default: return
    }
    try mark(field)
  }

  /// A whole number for a field that is one: see `isInteger`.
  mutating func set(_ field: CaptureField, _ number: Int64) throws(CaptureLineError) {
    switch field {
    case .eventTime: eventMillis = number
    case .otherTime: otherMillis = number
    case .firstId: firstId = number
    case .finalId: finalId = number
    case .previousFinalId: previousFinalId = number
    case .tradeId: tradeId = number
    case .lastUpdateId: lastUpdateId = number
    default: preconditionFailure("\(field) is not a whole number")
    }
    try mark(field)
  }

  static func isInteger(_ field: CaptureField) -> Bool {
    switch field {
    case .eventTime, .otherTime, .firstId, .finalId, .previousFinalId, .tradeId, .lastUpdateId: true
    default: false
    }
  }

  /// The field a name stands for; nil for names that are not used.
  static func field(_ name: JSONCursor.Piece, _ line: Span<UInt8>) -> CaptureField? {
    let count = name.end - name.start
    guard count > 0 else { return nil }
    if count == 1 { return field(line[name.start]) }
    let candidate: CaptureField
    switch (line[name.start], count) {
    case (UInt8(ascii: "p"), 2): candidate = .previousFinalId
    case (UInt8(ascii: "d"), 4): candidate = .data
    case (UInt8(ascii: "b"), 4): candidate = .bids
    case (UInt8(ascii: "a"), 4): candidate = .asks
    case (UInt8(ascii: "s"), 6) where line[name.start + 1] == UInt8(ascii: "t"): candidate = .stream
    case (UInt8(ascii: "s"), 6): candidate = .longSymbol
    case (UInt8(ascii: "l"), 12): candidate = .lastUpdateId
    default: return nil
    }
    var offset = name.start
    for byte in candidate.rawValue.utf8 {
      guard line[offset] == byte else { return nil }
      offset += 1
    }
    return candidate
  }

  private static func field(_ byte: UInt8) -> CaptureField? {
    switch byte {
    case UInt8(ascii: "e"): .event
    case UInt8(ascii: "E"): .eventTime
    case UInt8(ascii: "T"): .otherTime
    case UInt8(ascii: "s"): .symbol
    case UInt8(ascii: "U"): .firstId
    case UInt8(ascii: "u"): .finalId
    case UInt8(ascii: "t"): .tradeId
    case UInt8(ascii: "b"): .bid
    case UInt8(ascii: "B"): .bidQuantity
    case UInt8(ascii: "a"): .ask
    case UInt8(ascii: "A"): .askQuantity
    case UInt8(ascii: "p"): .price
    case UInt8(ascii: "q"): .quantity
    case UInt8(ascii: "m"): .buyerIsMaker
    case UInt8(ascii: "X"): .tradeType
    default: nil
    }
  }
}
