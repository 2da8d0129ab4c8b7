/// Something every file must keep, and how a violation of it reads.
struct Rule: Sendable {
  struct Violation: CustomStringConvertible, Equatable, Sendable {
    let path: String
    let line: Int
    let what: String

    var description: String { "\(path):\(line): \(what)" }
  }

  let name: String
  /// Which targets it binds.
  let binds: @Sendable (String) -> Bool
  private let find: @Sendable (SourceFile) -> [(line: Int, what: String)]

  init(
    _ name: String, binds: @escaping @Sendable (String) -> Bool = { _ in true },
    _ find: @escaping @Sendable (SourceFile) -> [(line: Int, what: String)]
  ) {
    self.name = name
    self.binds = binds
    self.find = find
  }

  /// Words or constructs that must not stand in code.
  static func ban(
    _ name: String, _ pattern: String, binds: @escaping @Sendable (String) -> Bool = { _ in true },
    except isExempt: @escaping @Sendable (SourceFile) -> Bool = { _ in false }
  ) -> Rule {
    Rule(name, binds: binds) { file in
      isExempt(file) ? [] : file.matches(of: pattern).map { ($0.line, "\(name): \($0.text)") }
    }
  }

  func violations(in file: SourceFile) -> [Violation] {
    guard binds(file.target) else { return [] }
    return find(file).map { Violation(path: file.path, line: $0.line, what: $0.what) }
  }

  func violations(in files: [SourceFile]) -> [Violation] { files.flatMap { violations(in: $0) } }
}
