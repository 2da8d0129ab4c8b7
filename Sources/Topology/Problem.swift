import JSON5

/// One thing wrong with a topology: where, what, and what to do about it.
public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Severity: String, Sendable {
    /// The topology is refused.
    case error
    /// The topology is used, but somebody should look.
    case warning
  }

  public let check: Check
  public let severity: Severity
  public let place: SourcePlace
  /// The way to the value from the top: `components.venue.settings.market.midPrice`.
  public let path: String
  /// What is wrong.
  public let message: String
  /// What to do; empty when the message says it all.
  public let hint: String

  public init(
    _ check: Check, severity: Severity = .error, at place: SourcePlace, path: String, _ message: String,
    hint: String = ""
  ) {
    self.check = check
    self.severity = severity
    self.place = place
    self.path = path
    self.message = message
    self.hint = hint
  }

  public var line: Int { place.line }
  public var column: Int { place.column }

  /// `12:5: error: accounts.main: no limits … (hint) [limits-missing]`
  public var description: String {
    let way = path.isEmpty ? "" : " \(path):"
    let advice = hint.isEmpty ? "" : " (\(hint))"
    return "\(place): \(severity.rawValue):\(way) \(message)\(advice) [\(check.rawValue)]"
  }
}

/// Everything wrong with a topology, in the order of the text.
public struct TopologyProblems: Error, Sendable, Equatable, CustomStringConvertible {
  /// More are not listed: nobody reads them, and a damaged file may have thousands.
  public static let maxListed = 500

  /// Errors and warnings by place; at least one is an error.
  public let problems: [Problem]
  /// How many more there were than `maxListed`.
  public let unlistedCount: Int

  init(_ problems: [Problem], unlistedCount: Int = 0) {
    self.problems = problems
    self.unlistedCount = unlistedCount
  }

  /// One line per problem.
  public var description: String {
    let lines = problems.map(\.description).joined(separator: "\n")
    return unlistedCount == 0 ? lines : lines + "\n… and \(unlistedCount) more"
  }
}
