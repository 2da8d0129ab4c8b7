/// `SYMBOL.VENUE`, how an instrument is called in topics, files and on the command line.
///
/// Each part is ASCII capitals, digits, `-` and `_`; the symbol has 1 to 24 of them, the venue 1 to 12. With
/// that no topic built from a name passes the 64 bytes a topic may have, and the one dot always separates.
public struct InstrumentName: Hashable, Sendable {
  public let symbol: String
  public let venue: String

  public static let longestSymbol = 24
  public static let longestVenue = 12

  public init(symbol: String, venue: String) throws(InstrumentNameError) {
    try Self.check(symbol, part: "symbol", longest: Self.longestSymbol)
    try Self.check(venue, part: "venue", longest: Self.longestVenue)
    self.symbol = symbol
    self.venue = venue
  }

  /// Reads `SYMBOL.VENUE`.
  public init(_ text: String) throws(InstrumentNameError) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw .notTwoParts(text) }
    try self.init(symbol: String(parts[0]), venue: String(parts[1]))
  }

  private static func check(_ text: String, part: String, longest: Int) throws(InstrumentNameError) {
    guard !text.isEmpty else { throw .empty(part: part) }
    guard text.utf8.count <= longest else { throw .tooLong(part: part, text: text, limit: longest) }
    for byte in text.utf8
    where !isCapitalOrDigit(byte) && byte != UInt8(ascii: "-") && byte != UInt8(ascii: "_") {
      throw .unexpectedByte(byte, part: part, text: text)
    }
  }
}

extension InstrumentName: Comparable {
  /// By symbol, then venue, byte by byte; independent of any locale.
  public static func < (left: InstrumentName, right: InstrumentName) -> Bool {
    (left.symbol, left.venue) < (right.symbol, right.venue)
  }
}

extension InstrumentName: CustomStringConvertible {
  public var description: String { "\(symbol).\(venue)" }
}

/// Why a text is no instrument name.
public enum InstrumentNameError: Error, Equatable, Sendable {
  case notTwoParts(String)
  case empty(part: String)
  case tooLong(part: String, text: String, limit: Int)
  case unexpectedByte(UInt8, part: String, text: String)
}

extension InstrumentNameError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notTwoParts(let text): "\"\(text)\" is not SYMBOL.VENUE with exactly one dot"
    case .empty(let part): "the \(part) is empty; an instrument is named SYMBOL.VENUE"
    case .tooLong(let part, let text, let limit): "the \(part) \"\(text)\" is longer than \(limit) bytes"
    case .unexpectedByte(let byte, let part, let text):
      "the \(part) \"\(text)\" holds byte 0x\(String(byte, radix: 16)); only A-Z, 0-9, - and _ are allowed"
    }
  }
}
