import Trading
import Wire

extension ClOrdIDText {
  /// The id as it stands on the wire.
  public init(_ id: ClOrdID) {
    let bytes = id.textBytes
    guard let text = ClOrdIDText(bytes: bytes.span) else {
      preconditionFailure("not a client order id: \(id)")
    }
    self = text
  }
}

extension ClOrdID {
  /// One of our ids, or nil for a text that another program made.
  public init?(_ text: ClOrdIDText) { self.init(text.bytes) }
}
