import Trading

/// Why a line of a capture cannot be read. Offsets count bytes from the start of the line.
public enum CaptureLineError: Error, Equatable, Sendable {
  /// The line does not start with digits and a blank.
  case noReceiveTime
  /// The time is neither in nanoseconds nor in microseconds of this century.
  case receiveTimeOutOfRange
  /// Not JSON from here on.
  case unexpectedByte(UInt8, offset: Int)
  case unexpectedEnd
  /// Objects or lists inside each other, more than the parser follows.
  case tooDeep(offset: Int)
  /// More levels on one side than the parser keeps.
  case tooManyLevels(offset: Int)
  case notANumber(DecimalError, offset: Int)
  /// A whole number beyond 64 bits, or milliseconds that do not fit in nanoseconds.
  case outOfRange(offset: Int)
  /// A depth update whose last id is below its first.
  case idsOutOfOrder
  case repeatedField(CaptureField)
  case missingField(CaptureField)
}

extension CaptureLineError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noReceiveTime: "no receive time at the start; a line is `<receive time> <JSON>`"
    case .receiveTimeOutOfRange: "the receive time is not in micro- or nanoseconds since 1970"
    case .unexpectedByte(let byte, let offset):
      "unexpected byte 0x\(String(byte, radix: 16)) at offset \(offset)"
    case .unexpectedEnd: "the line ends in the middle of a message"
    case .tooDeep(let offset): "nested too deep at offset \(offset)"
    case .tooManyLevels(let offset): "too many levels, at offset \(offset)"
    case .notANumber(let reason, let offset): "the number at offset \(offset): \(reason)"
    case .outOfRange(let offset): "the number before offset \(offset) is out of range"
    case .idsOutOfOrder: "the update's last id is below its first"
    case .repeatedField(let field): "the field \"\(field.rawValue)\" comes twice"
    case .missingField(let field): "the field \"\(field.rawValue)\" is missing or of another type"
    }
  }
}

/// The fields of the messages that are used, by their names on the wire.
public enum CaptureField: String, Sendable, CaseIterable {
  case stream, data, event = "e", eventTime = "E", otherTime = "T", symbol = "s", longSymbol = "symbol"
  case firstId = "U", finalId = "u", previousFinalId = "pu", tradeId = "t", lastUpdateId
  case bids, asks, bid = "b", bidQuantity = "B", ask = "a", askQuantity = "A"
  case price = "p", quantity = "q", buyerIsMaker = "m", tradeType = "X"

  var bit: UInt32 {
    switch self {
    case .stream: 1 << 0
    case .data: 1 << 1
    case .event: 1 << 2
    case .eventTime: 1 << 3
    case .otherTime: 1 << 4
    case .symbol, .longSymbol: 1 << 5
    case .firstId: 1 << 6
    case .finalId: 1 << 7
    case .previousFinalId: 1 << 8
    case .tradeId: 1 << 9
    case .lastUpdateId: 1 << 10
    case .bids: 1 << 11
    case .asks: 1 << 12
    case .bid: 1 << 13
    case .bidQuantity: 1 << 14
    case .ask: 1 << 15
    case .askQuantity: 1 << 16
    case .price: 1 << 17
    case .quantity: 1 << 18
    case .buyerIsMaker: 1 << 19
    case .tradeType: 1 << 20
    }
  }
}
