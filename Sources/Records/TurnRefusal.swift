/// Why bytes are no turn, or a turn does not follow from the state before it.
public struct TurnRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where in the turn's bytes; 0 for the whole of it.
  public let atByte: Int
  public let what: String

  public init(atByte: Int = 0, _ what: String) {
    self.atByte = atByte
    self.what = what
  }

  public var description: String { atByte == 0 ? what : "\(what), at byte \(atByte) of the turn" }
}
