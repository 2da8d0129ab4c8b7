import Testing

/// Imports go down only, along the edges of the manifest, which follow the table of layers.
@Suite struct LayerTests {
  /// Modules of the toolchain; which of them a target may use is a matter of the purity rules.
  private static let toolchain: Set<String> = [
    "Swift", "Synchronization", "Dispatch", "Glibc", "Foundation", "FoundationXML", "Testing",
  ]

  @Test func everyTargetHasItsLayer() {
    for target in Set(SourceTree.files.map(\.target)).union(SourceTree.manifest.dependencies.keys) {
      #expect(Layer.of(target) != nil || Layer.tools.contains(target), "\(target) is in no layer")
    }
  }

  @Test func theManifestsEdgesFollowTheLayers() {
    let manifest = SourceTree.manifest
    #expect(manifest.dependencies["OrderExecutor"]?.contains("Trading") == true, "the manifest was read")
    #expect(manifest.dependencies["waggle-feed"]?.contains("FeedAggregator") == true, "the manifest was read")
    for (target, dependencies) in manifest.dependencies.sorted(by: { $0.key < $1.key }) {
      for dependency in dependencies {
        #expect(
          Layer.mayReach(target, dependency), "Package.swift: \(target) may not depend on \(dependency)")
      }
    }
  }

  @Test func importsFollowTheManifest() {
    let found = Self.imports(SourceTree.files, SourceTree.manifest)
    #expect(found.isEmpty, "\(found.map(\.description).joined(separator: "\n"))")
  }

  private static func imports(_ files: [SourceFile], _ manifest: Manifest) -> [Rule.Violation] {
    importRule(manifest).violations(in: files)
  }

  private static func importRule(_ manifest: Manifest) -> Rule {
    Rule("an import against the layers") { file in
      let pattern =
        #"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public |package |internal |private )?"#
        + #"import (?:struct |enum |func )?(\w+)"#
      return Pattern(pattern).matches(in: file.code).compactMap { match in
        let module = match.groups[1]
        let allowed = manifest.dependencies[file.target] ?? []
        guard !toolchain.contains(module), !allowed.contains(module) else { return nil }
        let line = 1 + file.code[..<match.range.upperBound].utf8.count { $0 == UInt8(ascii: "\n") }
        return (line, "\(file.target) imports \(module), which Package.swift does not allow it")
      }
    }
  }

  // MARK: - The test of the tests

  @Test func anImportAgainstTheManifestIsFound() {
    let manifest = Manifest(#"let a: [Target] = [ target("Trading"), target("Models", ["Trading"]) ]"#)
    let good = SourceFile(target: "Models", "import Trading\n")
    let bad = SourceFile(target: "Trading", "import Models\n")
    let indirect = SourceFile(target: "Trading", "@preconcurrency import Colony\n")
    #expect(Self.imports([good], manifest).isEmpty)
    #expect(Self.imports([bad], manifest).map(\.line) == [1])
    #expect(Self.imports([indirect], manifest).count == 1)
  }

  @Test func upwardAndSidewaysEdgesAreRefused() {
    #expect(Layer.mayReach("OrderExecutor", "Trading"))
    #expect(!Layer.mayReach("Trading", "OrderExecutor"))
    #expect(!Layer.mayReach("OrderExecutor", "RiskAdjuster"), "cores do not know each other")
    #expect(!Layer.mayReach("OrderExecutor", "ZeroMQ"), "nor sockets")
    #expect(!Layer.mayReach("OrderExecutor", "Journal"), "nor files")
    #expect(!Layer.mayReach("Wire", "Platform"))
    #expect(!Layer.mayReach("Colony", "CZeroMQ"), "the system is the plumbing's")
    #expect(!Layer.mayReach("Colony", "Simulation"))
    #expect(Layer.mayReach("SignalGenerator", "Strategies"))
    #expect(!Layer.mayReach("Strategies", "SignalGenerator"))
    #expect(!Layer.mayReach("Trading", "Unheard"))
  }

  @Test func theManifestsArraysAndSumsAreUnderstood() {
    let manifest = Manifest(
      """
      let cores = ["A", "B"]
      let host = cores + ["C"]
      let all: [Target] = [
        target("D", cores + ["E"]), executable("f", host + ["G"]), target("H", ["I"], memorySafe),
        .target(
          name: "J", exclude: ["x"], swiftSettings: lifetimes),
      ]
      """)
    #expect(manifest.dependencies["D"] == ["A", "B", "E"])
    #expect(manifest.dependencies["f"] == ["A", "B", "C", "G"])
    #expect(manifest.dependencies["H"] == ["I"])
    #expect(manifest.settings["H"] == "memorySafe")
    #expect(manifest.settings["J"]?.contains("lifetimes") == true)
  }
}
