/// A message whose fixed fields can be read from a frame of unknown kind; the generator makes every message
/// of the schema one.
public protocol DecodedBlock {
  /// The fixed fields, nil for a message of another kind.
  static func block(of message: borrowing Inbound) -> Self?
}
