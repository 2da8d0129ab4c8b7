/// The first place at which a text stops being JSON5, and what would have been right there.
///
/// Only the first is reported: what follows a broken bracket or quote cannot be judged.
public struct SyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
  public let place: SourcePlace
  /// What could have stood here, in words: "a value", "':' after the key".
  public let expected: String
  /// What stands here instead: "'}'", "the end of the text".
  public let found: String

  public init(place: SourcePlace, expected: String, found: String) {
    self.place = place
    self.expected = expected
    self.found = found
  }

  public var description: String { "\(place): expected \(expected), found \(found)" }
}
