import Testing

/// What the manifest must and must not say.
@Suite struct ManifestTests {
  @Test func theManifestCanBeDependedOn() {
    let manifest = SourceFile(target: "Package", SourceTree.manifest.text)
    #expect(HouseRules.unsafeFlags.violations(in: manifest).isEmpty)
  }

  @Test func targetsThatTouchRawMemoryAreCompiledWithStrictMemorySafety() {
    let text = SourceTree.manifest.text
    #expect(text.contains("let memorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]"))
    #expect(text.contains("let lifetimes: [SwiftSetting] = memorySafe + "))
    for target in [
      "Platform", "ZeroMQ", "Journal", "JournalStore", "JournalTestKit", "LinearAlgebra", "Wire",
    ] {
      let settings = SourceTree.manifest.settings[target] ?? "none"
      #expect(settings.contains("memorySafe") || settings.contains("lifetimes"), "\(target): \(settings)")
    }
  }

  @Test func noWarningSurvivesAnywhere() {
    #expect(SourceTree.manifest.text.contains("let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]"))
    let targets = Set(SourceTree.files.map(\.target))
    for (target, settings) in SourceTree.manifest.settings where targets.contains(target) {
      let isStrict = ["strict", "memorySafe", "lifetimes"].contains { settings.contains($0) }
      #expect(isStrict, "\(target): \(settings)")
    }
  }
}
