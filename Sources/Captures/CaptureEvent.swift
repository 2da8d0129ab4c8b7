/// What one line of a capture says. The levels of `.depth` and `.snapshot` are in the parser's `bids` and
/// `asks` until the next line.
public enum CaptureEvent: Equatable, Sendable {
  case depth(DepthUpdate)
  case snapshot(DepthSnapshot)
  case trade(CapturedTrade)
  case bookTicker(CapturedTicker)
  /// Well-formed, but of another instrument than the one asked for.
  case otherInstrument
  /// Well-formed, of a kind that is not used, such as `markPriceUpdate`; the name is cut at 64 bytes.
  case unused(String)
  case malformed(CaptureLineError)
}
