import Testing

/// Cores and all they rest on are deterministic: the same inputs, the same outputs.
@Suite struct PurityTests {
  @Test(arguments: PurityRules.all.map(\.name)) func pureTargetsArePure(rule: String) {
    let found = PurityRules.all.filter { $0.name == rule }.flatMap { $0.violations(in: SourceTree.files) }
    #expect(found.isEmpty, "\(found.map(\.description).joined(separator: "\n"))")
  }

  @Test func noFileIteratesOverHashedPropertiesOfItsTargetsOtherFiles() {
    var found: [Rule.Violation] = []
    for target in Set(SourceTree.files.map(\.target)).filter(Layer.isPure).sorted() {
      let files = SourceTree.files.filter { $0.target == target }
      found += Self.acrossFiles(files)
    }
    #expect(found.isEmpty, "\(found.map(\.description).joined(separator: "\n"))")
  }

  private static func acrossFiles(_ files: [SourceFile]) -> [Rule.Violation] {
    let hashed = files.reduce(into: Set<String>()) { $0.formUnion(HashOrder.declarations(in: $1).hashed) }
    return files.flatMap { file in
      HashOrder(file, alsoHashed: hashed).findings.map {
        Rule.Violation(path: file.path, line: $0.line, what: $0.what)
      }
    }
  }

  // MARK: - The test of the tests

  @Test func iterationOverAnotherFilesPropertyIsFound() {
    let home = SourceFile(target: "Trading", "struct Book {\n  var levels: [Int: Int] = [:]\n}\n")
    let part = SourceFile(target: "Trading", "extension Book {\n  func f() { for l in levels { g(l) } }\n}\n")
    let other = SourceFile(
      target: "Trading", "let levels: [Int] = []\nfunc f() { for l in levels { g(l) } }\n")
    #expect(Self.acrossFiles([home, part]).map(\.line) == [2])
    #expect(Self.acrossFiles([home, other]).isEmpty)
  }

  @Test(arguments: [
    "import Foundation", "import Glibc", "@preconcurrency import Dispatch", "import FoundationEssentials",
  ]) func systemModulesAreFound(line: String) {
    Self.expect(PurityRules.systemModules, findsOnly: line, inGood: "import Trading\n// import Foundation\n")
  }

  @Test func theMathematicsMayUseTheCLibraryAndNothingElseMay() {
    let math = SourceFile(target: "Models", "import Glibc\n", named: "Math.swift")
    let other = SourceFile(target: "Models", "import Glibc\n", named: "Other.swift")
    let more = SourceFile(target: "Models", "import Foundation\n", named: "Math.swift")
    #expect(PurityRules.systemModules.violations(in: [math]).isEmpty)
    #expect(PurityRules.systemModules.violations(in: [other, more]).count == 2)
  }

  @Test(arguments: [
    "let now = Clock.wallNanos()", "let clock = ContinuousClock()", "clock_gettime(CLOCK_REALTIME, &t)",
    "let now = Date()", "let now = Date.now", "let c = SuspendingClock.now",
  ]) func clocksAreFound(line: String) {
    Self.expect(
      PurityRules.clocks, findsOnly: line, inGood: "let m = MarketClock(s)\nlet t = now.wall // Date()\n")
  }

  @Test(arguments: [
    #"print("x")"#, "let f = FileHandle.standardError", #"let f = fopen("x", "r")"#, "let l = readLine()",
    #"let e = getenv("HOME")"#,
  ]) func inputAndOutputAreFound(line: String) {
    Self.expect(PurityRules.inputAndOutput, findsOnly: line, inGood: "writer.write(1)\nlet blueprint = 2\n")
  }

  @Test(arguments: [
    "var g = SystemRandomNumberGenerator()", "let x = Int.random(in: 0..<3)", "let y = list.shuffled()",
    "list.shuffle()", "let z = list.randomElement()", "let id = UUID()",
  ]) func chanceIsFound(line: String) {
    Self.expect(
      PurityRules.randomness, findsOnly: line, inGood: "var g = SplitMix64(seed: 1)\nlet u = g.unit()\n")
  }

  @Test(arguments: [
    "Task { go() }", "func go() async {}", "let x = await y", "actor Queue {}", "let m = Mutex(1)",
    "public actor Queue {}",
  ]) func concurrencyIsFound(line: String) {
    Self.expect(PurityRules.concurrency, findsOnly: line, inGood: "let actor = 1\nlet tasks = [2]\n")
  }

  @Test func theChoiceOfACanaryMayBeAtomicInTheirBuildAndNothingElseMay() {
    let choice = "let chosen = Atomic<UInt8>(0)\n"
    func found(_ text: String, _ name: String) -> Int {
      PurityRules.concurrency.violations(in: SourceFile(target: "ActorKit", text, named: name)).count
    }
    #expect(found("#if CANARIES\n  \(choice)#else\nlet a = 1\n#endif\n", "Canary.swift") == 0)
    #expect(found("#if CANARIES\n  \(choice)#endif\n", "Effects.swift") == 1)
    #expect(found("#if CANARIES\n#else\n  \(choice)#endif\n", "Canary.swift") == 1)
    #expect(found("#if CANARIES\n#endif\n\(choice)", "Canary.swift") == 1)
    #expect(found("#if OTHERS\n  \(choice)#endif\n", "Canary.swift") == 1)
  }

  @Test(arguments: [
    "var count = 0", "public var count: Int = 0", "enum A {\n  static var count = 0\n}",
    "nonisolated(unsafe) let x = 1",
  ]) func mutableGlobalsAreFound(text: String) {
    Self.expect(
      PurityRules.mutableGlobals, findsOnly: text,
      inGood: "struct A {\n  var x = 1\n  static var y: Int { 2 }\n  static let z = 3\n}\n")
  }

  @Test(arguments: [
    "for (k, v) in book {", "for k in book.keys {", "let x = book.map { $0 }",
    "let y = book.values.reduce(0, +)",
    "for s in self.seen where s > 1 {", "let z = seen.first", "let m = made.min { $0.key < $1.key }",
  ]) func iterationInHashOrderIsFound(line: String) {
    let declarations = "var book: [Int: Double] = [:]\nlet seen: Set<Int> = []\nvar made = [Int: Int]()\n"
    let good = """
      let sorted = book.keys.sorted()
      let count = book.count + book.keys.count
      let has = seen.contains(3)
      for x in list { }
      let all = book.values.reduce(0, +)  // order-free: integers add up the same in any order
      // order-free: only whether there is one
      let some = seen.first
      var list: [Int] = []
      var pairs: [(Int, Int)] = []
      for p in pairs { }
      """
    Self.expect(PurityRules.hashOrder, findsOnly: line, inGood: declarations + good, before: declarations)
  }

  @Test func hashedTypesAreTold() {
    for type in [
      "[Int: String]", "[UInt16: [Int]] ", "Set<Topic>", "Dictionary<Int, Int>", "[(a: Int): Int]",
    ] {
      #expect(HashOrder.isHashedType(type), "\(type)")
    }
    for type in ["[Int]", "[[Int]]", "[(key: Int, value: Int)]", "Int", "[[Int: Int]]", "OrderedSet"] {
      #expect(!HashOrder.isHashedType(type), "\(type)")
    }
  }

  /// The rule finds the bad text in a core and nothing in the good one; and nothing anywhere outside the pure
  /// targets.
  private static func expect(
    _ rule: Rule, findsOnly bad: String, inGood good: String, before: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let core = SourceFile(target: "OrderExecutor", before + bad + "\n")
    #expect(
      !rule.violations(in: core).isEmpty, "\(rule.name) overlooks: \(bad)", sourceLocation: sourceLocation)
    let clean = rule.violations(in: SourceFile(target: "OrderExecutor", good))
    #expect(clean.isEmpty, "\(rule.name) complains: \(clean)", sourceLocation: sourceLocation)
    let host = SourceFile(target: "Colony", before + bad + "\n")
    #expect(rule.violations(in: host).isEmpty, "\(rule.name) binds a host", sourceLocation: sourceLocation)
  }
}
