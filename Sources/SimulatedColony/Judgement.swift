/// What the rules have found in a run.
public struct Judgement: Equatable, Sendable {
  /// Bound of what is kept; the first ones say why.
  static let mostViolations = 20

  public private(set) var violations: [Violation] = []
  /// How often each rule judged something: one that saw nothing proves nothing.
  public private(set) var judged: [Int] = Array(repeating: 0, count: SeedRule.allCases.count)

  mutating func holds(_ rule: SeedRule, at moment: Int64, _ isKept: Bool, _ text: @autoclosure () -> String) {
    judged[rule.place] += 1
    guard !isKept, violations.count < Self.mostViolations else { return }
    violations.append(Violation(rule: rule, moment: moment, text: text()))
  }

  public func count(_ rule: SeedRule) -> Int { judged[rule.place] }
}

extension SeedRule {
  var place: Int {
    guard let place = Self.allCases.firstIndex(of: self) else { preconditionFailure("no rule \(self)") }
    return place
  }
}
