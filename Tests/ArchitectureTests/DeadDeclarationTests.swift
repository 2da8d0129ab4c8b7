import Foundation
import Testing

/// What nobody uses is taken out.
@Suite struct DeadDeclarationTests {
  private static let found = DeadDeclarations(
    sources: SourceTree.files, tests: SourceTree.tests, described: SourceTree.records
  ).findings

  @Test func everythingDeclaredIsUsedByAProgram() {
    let dead = Self.found.filter { finding in
      !DeclarationExceptions.all.contains {
        $0.path == finding.path && $0.names.contains(finding.declaration.name)
      }
    }
    #expect(dead.isEmpty, "\(dead.map(\.description).joined(separator: "\n"))")
  }

  @Test func everyExceptionIsStillNeeded() {
    for exception in DeclarationExceptions.all {
      for name in exception.names.sorted() {
        let isNeeded = Self.found.contains { $0.path == exception.path && $0.declaration.name == name }
        #expect(isNeeded, "\(exception.path), \(name): take it off the list")
      }
    }
  }

  @Test func whatIsOfferedIsPromisedInTheDocument() throws {
    let url = SourceTree.root.appending(path: DeclarationExceptions.document)
    let text = try String(contentsOf: url, encoding: .utf8)
    for exception in DeclarationExceptions.all {
      guard case .offered(let words) = exception.reason else { continue }
      #expect(text.contains(words), "\(DeclarationExceptions.document) does not say: \(words)")
    }
  }

  @Test func whatOnlyATestNeedsIsNeededByATest() {
    let words = SourceTree.tests.filter { !$0.path.hasPrefix("Tests/ArchitectureTests/") }
      .map { DeclarationScan($0).uses }
    for exception in DeclarationExceptions.all {
      guard case .tests(let purpose) = exception.reason else { continue }
      for name in exception.names.sorted() {
        #expect(words.contains { $0.contains(name) }, "\(name), \(purpose): no test uses it")
      }
    }
  }

  // MARK: - The test of the tests

  private static func dead(_ text: String, _ more: String = "", in target: String = "Colony") -> [String] {
    DeadDeclarations(sources: [SourceFile(target: target, text), SourceFile(target: "Relay", more)]).findings
      .map { "\($0.declaration.line) \($0.declaration.name)" }
  }

  @Test(arguments: [
    "func f() {}", "let f = 1", "var f: Int { 1 }", "public static func `f`() {}", "struct f {}", "enum f {}",
    "protocol f {}", "typealias f = Int", "@inlinable final class f {}", "actor F {}",
    "struct S { let f: [Int] }\nlet s = S()\ng(s)", "enum E { case f }\nlet s: E\ng(s)",
    "struct S {}\nextension S { static let f = { 1 }() }\ng(S.self)",
  ]) func whatNobodyUsesIsFound(text: String) {
    let names = Self.dead(text).map { $0.split(separator: " ")[1].lowercased() }
    #expect(names.filter { $0 == "f" }.count == 1, "\(names)")
  }

  @Test(arguments: [
    "g(f())", "x.f", "\\.f", "let s = \"a \\(f + 1) b\"", "let s = #\"\\#(f)\"#",
    "let s = \"\"\"\n  \\(g(\"\\(f)\"))\n  \"\"\"", "#if A\ng(f)\n#endif", "g(`f`)", "g($f)",
    "func g() -> f { 1 }",
    "if let f { g() }", "while a ? f : b {}", "case a where f: g()", "@f var x: Int",
  ]) func aUseKeepsItsDeclaration(use: String) {
    #expect(!Self.dead("let f = 1", "func use() {\n\(use)\n}\nlet u = use()").contains("1 f"))
  }

  @Test(arguments: [
    "// f", "/* f /* f */ f */", "/// `f`", "let s = \"f\"", "let s = #\"\\(f)\"#",
    "let s = \"\"\"\n  f \"f\" f\n  \"\"\"", "import f", "extension f {}", "g(f: 1)", "g(1, f: 2)",
    "func h(f: Int) {}", "func h(with f: Int) {}", "let f = 2", "for f in g() {}",
  ]) func aWordThatIsNoUseKeepsNothing(other: String) {
    #expect(Self.dead("func f() {}", "func use() {\n\(other)\n}\nlet u = use()").contains("1 f"))
  }

  @Test func whatUsesOnlyItselfIsFound() {
    #expect(Self.dead("func f() { f() }") == ["1 f"])
    #expect(Self.dead("struct S {\n  let s: S\n}\nextension S: P { init(s: S) {} }") == ["1 S"])
    #expect(Self.dead("func f() { g() }\nfunc g() {}") == ["1 f"])
  }

  @Test func membersOfOneListAreFoundEach() {
    #expect(Self.dead("enum E { case a, b(Int, E), c }\nlet e: E = .b(1, .c)\ng(e)") == ["1 a"])
    #expect(Self.dead("let a = [1, 2], b: Int = 2, c = g(a)\nh(c)") == ["1 b"])
  }

  @Test func casesOfRawValuesAreLeftAlone() {
    #expect(Self.dead("enum E: String { case a }\nlet e = E(rawValue: x)\ng(e)").isEmpty)
    #expect(Self.dead("enum E: P { case a }\nlet e: E\ng(e)") == ["1 a"])
    #expect(
      Self.dead("enum E { case a }\nlet e: E\nfunc h() { a() }\ng(e, h)") == ["1 a"], "a case has a dot")
  }

  @Test func aStoredPropertyIsKeptByTheLabelOfItsInitialiser() {
    #expect(Self.dead("struct S: Equatable { let a: Int }\ng(S(a: 1))").isEmpty)
    #expect(Self.dead("struct S: Equatable { var a: Int { 1 } }\ng(S(a: 1))") == ["1 a"])
    #expect(Self.dead("struct S { var a: Int { didSet { g() } } }\ng(S(a: 1))").isEmpty)
  }

  @Test func namesWithinAFunctionAreLeftToTheCompilerButForTypes() {
    let text = """
      func f() {
        let a = 1
        var b: Int { 2 }
        func c() {}
        struct D { let e: Int }
        g { x in y }
      }
      f()
      """
    #expect(Self.dead(text) == ["5 D", "5 e"])
  }

  @Test func whatAProtocolAsksForIsCalledByItsName() {
    #expect(Self.dead("protocol P { func f() }\nstruct S: P { func f() {} }\ng(S())") == [])
    #expect(Self.dead("struct S: CustomStringConvertible { var description: String { x } }\ng(S())") == [])
    #expect(Self.dead("class C: B { override func f() {} }\ng(C())") == [])
    #expect(Self.dead("struct S { static func == (a: S, b: S) -> Bool { x } }\ng(S())") == [])
    #expect(Self.dead("@main struct S { init() {} }") == [])
  }

  @Test func branchesOfConditionsMayOpenTheSameBrace() {
    let text = "#if A\nstruct S {\n#else\nstruct S: P {\n#endif\n  func f() {}\n}\nfunc g() {}\nh(S())"
    #expect(Self.dead(text) == ["6 f", "8 g"])
  }

  @Test func textsOfTheGeneratorAreCode() {
    let generator = "let s = \"x.f()\"\ng(s)"
    let files = [SourceFile(target: "Wire", "func f() {}"), SourceFile(target: "SBECodegen", generator)]
    #expect(DeadDeclarations(sources: files).findings.isEmpty)
    #expect(Self.dead("func f() {}\nlet s = \"f\"\ng(s)", in: "SBECodegen") == ["1 f"])
  }

  @Test func testsKeepOnlyWhatTestKitsDeclare() {
    let test = [SourceFile(target: "ColonyTests", "func t() { f() }")]
    func found(_ target: String) -> Int {
      DeadDeclarations(sources: [SourceFile(target: target, "func f() {}")], tests: test).findings.count
    }
    #expect(found("CoreTestKit") == 0)
    #expect(found("Colony") == 1)
  }

  @Test func aFindingNamesItsPlace() {
    let finding = DeadDeclarations(sources: [SourceFile(target: "Colony", "\n\nfunc f() {}")]).findings.first
    #expect(finding?.description == "Sources/Colony/Snippet.swift:3: nothing uses `f`")
  }
}
