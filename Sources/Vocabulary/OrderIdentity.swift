import Trading
import Wire

extension ClOrdIDText {
  /// The id as it stands on the wire.
  public init(_ id: ClOrdID) {
    var bytes: [UInt8] = []
    id.write(to: &bytes)
    guard let text = ClOrdIDText(bytes: bytes) else { preconditionFailure("not a client order id: \(id)") }
    self = text
  }
}

extension ClOrdID {
  /// One of our ids, or nil for a text that another program made.
  public init?(_ text: ClOrdIDText) { self.init(text.description.utf8) }
}
