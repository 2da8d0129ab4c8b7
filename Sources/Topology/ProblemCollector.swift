import JSON5

/// Gathers problems while a topology is read. One reader, one thread, one collector.
final class ProblemCollector {
  private(set) var problems: [Problem] = []

  var hasErrors: Bool { problems.contains { $0.severity == .error } }

  func report(
    _ check: Check, _ severity: Problem.Severity = .error, at place: SourcePlace, _ path: String,
    _ message: String, hint: String = ""
  ) {
    problems.append(Problem(check, severity: severity, at: place, path: path, message, hint: hint))
  }

  /// By place; problems of one place stay in the order in which they were found.
  var inOrderOfText: [Problem] {
    problems.enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element)
  }

  func result() -> TopologyProblems {
    let all = inOrderOfText
    let listed = Array(all.prefix(TopologyProblems.maxListed))
    return TopologyProblems(listed, unlistedCount: all.count - listed.count)
  }
}
