/// A fact that cannot follow from those before it: the journal was written by a program with a fault, or is
/// not whole. What comes after is still read, so that the report can say what differs.
public struct Irregularity: Equatable, Sendable {
  /// Which comparison it belongs to.
  public enum Subject: Equatable, Sendable {
    case order, fill
  }

  public let subject: Subject
  public let text: String
}

/// At most `limit` are kept, all are counted.
struct Irregularities: Sendable {
  static let limit = 20

  private(set) var kept: [Irregularity] = []
  private(set) var count = 0

  mutating func add(_ subject: Irregularity.Subject, _ text: String) {
    count += 1
    if kept.count < Self.limit { kept.append(Irregularity(subject: subject, text: text)) }
  }
}
