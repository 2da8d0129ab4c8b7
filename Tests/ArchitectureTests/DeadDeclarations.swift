/// Declarations under `Sources` that nothing else there uses by name; what only tests use is dead as well.
///
/// A name counts for everything that bears it, so what is found is dead, and some of what is dead is not
/// found: what shares its name with something alive.
struct DeadDeclarations {
  struct Finding: CustomStringConvertible {
    let path: String
    let declaration: Declaration

    var description: String { "\(path):\(declaration.line): nothing uses `\(declaration.name)`" }
  }

  private let sources: [(file: SourceFile, scan: DeclarationScan)]
  private let requirements: Set<String>
  private let inSources: Words
  private let inTests: Words
  private let generated: Set<String>

  /// The words of some files.
  private struct Words {
    private var uses: Set<String> = []
    private var labels: Set<String> = []
    private var members: Set<String> = []

    mutating func add(_ scan: DeclarationScan) {
      uses.formUnion(scan.uses)
      labels.formUnion(scan.labels)
      members.formUnion(scan.members)
    }

    func use(_ declaration: Declaration) -> Bool {
      switch declaration.kind {
      // A case is named behind a dot, wherever it is.
      case .enumCase: members.contains(declaration.name)
      // A label may be that of a memberwise initialiser, and the value compared with `==`.
      case .stored: uses.contains(declaration.name) || labels.contains(declaration.name)
      case .type, .alias, .function, .computed: uses.contains(declaration.name)
      }
    }
  }

  /// Code is generated of `described`, too.
  init(sources files: [SourceFile], tests: [SourceFile] = [], described: String = "") {
    sources = files.map { ($0, DeclarationScan($0)) }
    requirements = sources.reduce(into: []) { $0.formUnion($1.scan.requirements) }
    inSources = sources.reduce(into: Words()) { $0.add($1.scan) }
    inTests = tests.reduce(into: Words()) { $0.add(DeclarationScan($1)) }
    let texts = files.filter { $0.target == Self.generator }.map(\.text) + [described]
    generated = texts.reduce(into: []) { words, text in
      words.formUnion(Pattern(#"\b[A-Za-z_]\w*"#).matches(in: text).map { $0.groups[0] })
    }
  }

  /// Its texts are code of other targets.
  private static let generator = "SBECodegen"

  /// Targets that exist for tests.
  private static let testKits: Set = ["CoreTestKit", "JournalTestKit", "RecordSamples"]

  var findings: [Finding] {
    sources.flatMap { file, scan in
      scan.declarations.filter { !isAlive($0, in: file.target) }.map {
        Finding(path: file.path, declaration: $0)
      }
    }
  }

  private func isAlive(_ declaration: Declaration, in target: String) -> Bool {
    inSources.use(declaration) || requirements.contains(declaration.name)
      || Self.witnesses.contains(declaration.name)
      || (target != Self.generator && generated.contains(declaration.name))
      || (Self.testKits.contains(target) && inTests.use(declaration))
  }

  /// What the language or the standard library calls without our naming it.
  private static let witnesses: Set = [
    // CustomStringConvertible, CustomDebugStringConvertible.
    "description", "debugDescription",
    // Hashable, and iteration.
    "hash", "makeIterator", "next", "underestimatedCount", "Element", "Iterator",
    // Collections.
    "startIndex", "endIndex", "index", "count", "Index",
    // Literals, and property wrappers.
    "RawValue", "wrappedValue", "projectedValue",
    // Encoder, Decoder and their containers.
    "codingPath", "userInfo", "allKeys", "container", "unkeyedContainer", "singleValueContainer",
    "encodeNil", "decodeNil", "nestedContainer", "nestedUnkeyedContainer", "superEncoder", "superDecoder",
  ]
}
