import Testing

/// What every source file keeps, checked by a test instead of a reviewer.
@Suite struct HouseRuleTests {
  @Test(arguments: HouseRules.all.map(\.name)) func everyFileKeepsTheHouseRules(rule: String) {
    let found = HouseRules.all.filter { $0.name == rule }.flatMap { $0.violations(in: SourceTree.files) }
    #expect(found.isEmpty, "\(found.map(\.description).joined(separator: "\n"))")
  }

  @Test func everyExemptionIsStillNeeded() {
    for path in HouseRules.groups {
      guard let file = SourceTree.files.first(where: { $0.path == path }) else {
        Issue.record("\(path) is gone: take it off the list")
        continue
      }
      let needsNone = TopLevelType.names(TopLevelType.all(in: file), file)
      #expect(!needsNone, "\(path) needs no exemption")
    }
  }

  @Test func theWalkerSeesTheSources() {
    #expect(SourceTree.files.contains { $0.path == "Sources/ActorKit/ActorCore.swift" })
    #expect(SourceTree.files.count > 100)
  }

  // MARK: - The test of the tests

  @Test func swallowedErrorsAreFound() {
    Self.expect(
      HouseRules.swallowedErrors, bad: "let x = try? f()",
      good: "let x = try f() // try? no\nlet s = \"try?\"")
  }

  @Test func fatalErrorsAreFound() {
    Self.expect(HouseRules.fatalErrors, bad: "fatalError(\"later\")", good: "preconditionFailure(\"x\")")
  }

  @Test(arguments: ["// TODO: more", "let x = 1 // FIXME", "/* XXX */"]) func leftoversAreFound(line: String)
  {
    Self.expect(HouseRules.leftovers, bad: line, good: "// a todo list\nlet XXXL = 1")
  }

  @Test func unsafeFlagsAreFound() {
    Self.expect(HouseRules.unsafeFlags, bad: ".unsafeFlags([])", good: "// no unsafeFlags here")
  }

  @Test func longLinesAreFound() {
    let line = String(repeating: "é", count: HouseRules.maxColumns)
    Self.expect(HouseRules.longLines, bad: line + "é", good: line)
  }

  @Test func longFunctionsAreFound() {
    let body = String(repeating: "  x()\n", count: HouseRules.maxFunctionLines - 2)
    for head in ["func f<T: P>(\n_ a: [T]) -> Int {\n", "init(a: Int) throws(E) {\n", "deinit {\n"] {
      let lines = head.split(separator: "\n").count - 1
      let fitting = head + String(body.dropLast(6 * lines)) + "}\n"
      Self.expect(HouseRules.longFunctions, bad: head + body + "  x()\n}\n", good: fitting)
    }
    // Declarations without a body take nobody else's.
    let requirement = "protocol P {\n  func f() -> Int\n  init(a: Int)\n}\nstruct S {\n" + body + body + "}\n"
    #expect(HouseRules.longFunctions.violations(in: SourceFile(target: "Colony", requirement)).isEmpty)
  }

  @Test func filesOfAnotherNameAreFound() {
    func found(_ name: String, _ text: String) -> Int {
      HouseRules.fileNames.violations(in: SourceFile(target: "Colony", text, named: name)).count
    }
    #expect(found("Order.swift", "import A\n\npublic struct Order {}\nstruct Other {}\n") == 0)
    #expect(found("Order+Fills.swift", "extension Order {}\n") == 0)
    #expect(found("Market.swift", "extension Order.Market {}\n") == 0)
    #expect(found("main.swift", "struct X {}\n") == 0)
    #expect(found("Functions.swift", "func f() {}\n") == 0)
    #expect(found("HalfEven.swift", "extension Int128 {}\n") == 0)
    #expect(found("Order.swift", "enum OrderError {}\nstruct Order {}\n") == 0)
    #expect(found("Orders.swift", "public struct Order {}\n") == 1)
    #expect(found("Orders+Fills.swift", "struct Order {}\nextension Fill {}\n") == 1)
    #expect(found("Order.swift", "@frozen public final class Fill {}\n") == 1)
  }

  @Test(arguments: [
    "let x = unsafe y", "let p: UnsafeRawPointer", "withUnsafeBytes(of: x) { _ in }",
    "Unmanaged.passRetained(x)",
  ]) func unsafeCodeIsFound(line: String) {
    Self.expect(HouseRules.unsafeCode, bad: line, good: "// unsafe\nlet unsafely = 1")
    #expect(HouseRules.unsafeCode.violations(in: SourceFile(target: "Platform", line)).isEmpty)
    #expect(HouseRules.unsafeCode.violations(in: SourceFile(target: "Wire", line)).isEmpty)
    #expect(!HouseRules.unsafeCode.violations(in: SourceFile(target: "ActorKit", line)).isEmpty)
  }

  @Test func foundationIsFound() {
    Self.expect(HouseRules.foundation, bad: "import FoundationXML", good: "import Platform")
    #expect(
      HouseRules.foundation.violations(in: SourceFile(target: "SBECodegen", "import Foundation")).isEmpty)
  }

  @Test func wordsInTextsAndCommentsAreNoCode() {
    let text = ##"""
      let a = "try? \(try? f()) \" try?" // try?
      /* try? /* try? */ try? */ let b = """
        try? "quoted" try?
        """
      let c = #"try? " \(try?) \#(try? g())"#
      """##
    let file = SourceFile(target: "Colony", text)
    #expect(HouseRules.swallowedErrors.violations(in: file).map(\.line) == [1, 5])
    #expect(file.codeLines.count == file.lines.count)
  }

  private static func expect(
    _ rule: Rule, bad: String, good: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = rule.violations(in: SourceFile(target: "Colony", bad))
    #expect(found.count == 1, "\(rule.name): \(found)", sourceLocation: sourceLocation)
    let clean = rule.violations(in: SourceFile(target: "Colony", good))
    #expect(clean.isEmpty, "\(rule.name) complains: \(clean)", sourceLocation: sourceLocation)
  }
}
