import Foundation
import Testing

/// Every canary sits where it is to sing, is told of, and is in no build but its own.
@Suite struct CanaryUseTests {
  /// Where each is asked for, in order of path.
  private static let places: [String: [String]] = [
    "deduplicationRemoved": ["HostKit/SessionEndpoint", "OrderExecutor/IntentSource+Receiving"],
    "journalWriteSkipped": ["HostKit/HostCore+Journal"],
    "acknowledgeBeforeCommit": ["HostKit/HostCore", "HostKit/SessionEndpoint"],
    "fenceShortened": ["QueenOrchestrator/QueenOrchestrator+Permits"],
    "gapRepairOff": ["HostKit/StreamReceiver"],
    "durableMarkLazy": ["HostKit/HostCore+Journal", "HostKit/SessionEndpoint"],
    "stalePermitAccepted": ["OrderExecutor/PermitLease"],
    "haltNotInSnapshot": ["Governance/HaltRegister", "OrderExecutor/ExecutorBooks+Snapshot"],
    "lateFillIgnored": ["OrderExecutor/OrderManager+VenueReports"],
    "stopReplacedBeforeCancel": ["OrderExecutor/ProtectionLook"],
    "outboxKeyReused": ["HostKit/HostCore"],
    "epochNotRaised": ["JournalStore/NextEpoch"],
    "intentsLeftOutOfSum": ["RiskAdjuster/RiskAdjuster+Exposure"],
    "snapshotWithoutFlights": ["OrderExecutor/ExecutorBooks+Snapshot"],
    "firstAnswerBelieved": ["OrderExecutor/Reconciler+Answers"],
  ]

  private static let home = "Sources/ActorKit/Canary.swift"
  private static let document = "docs/SIMULATION.md"

  /// The canaries as declared: the name in code and the word that people choose it by.
  private static func declared() throws -> [(name: String, word: String)] {
    let file = try #require(SourceTree.files.first { $0.path == home })
    let found = Pattern(#"^  case (\w+) = "([\w-]+)"$"#).matches(in: file.text)
    return found.map { ($0.groups[1], $0.groups[2]) }
  }

  @Test func everyCanaryIsAskedForAtItsPlacesAndNowhereElse() throws {
    #expect(Set(try Self.declared().map(\.name)) == Set(Self.places.keys))
    var found: [String: [String]] = [:]
    for file in SourceTree.files where file.path != Self.home {
      for match in Pattern(#"\bCanary\.isSinging\(\.(\w+)\)"#).matches(in: file.code) {
        found[match.groups[1], default: []].append(String(file.path.dropFirst("Sources/".count).dropLast(6)))
      }
    }
    for name in Set(found.keys).union(Self.places.keys).sorted() {
      #expect(found[name]?.sorted() == Self.places[name]?.sorted(), "\(name)")
    }
  }

  @Test func theDocumentsTableHasEveryCanaryAndNoOther() throws {
    let text = try String(contentsOf: SourceTree.root.appending(path: Self.document), encoding: .utf8)
    let table = try #require(text.range(of: "| canary |"), "\(Self.document) has no table of canaries")
    let rows = text[table.upperBound...].split(separator: "\n").dropFirst().prefix { $0.hasPrefix("|") }
    let told = rows.compactMap { Pattern(#"^\| `([\w-]+)` \|"#).matches(in: String($0)).first?.groups[1] }
    #expect(told.sorted() == (try Self.declared().map(\.word).sorted()))
  }

  @Test func onlyTheEnvironmentBuildsThem() throws {
    let text = SourceTree.manifest.text
    let setting = #"Context.environment["WAGGLE_CANARIES"] == nil ? [] : [.define("CANARIES")]"#
    #expect(text.contains(setting))
    #expect(text.components(separatedBy: "CANARIES").count - 1 == 2, "no target defines it otherwise")
    for name in ["Dockerfile", "docker-compose.yml", "scripts/launch.sh", "scripts/test.sh"] {
      let text = try String(contentsOf: SourceTree.root.appending(path: name), encoding: .utf8)
      #expect(!text.contains("CANARIES"), "\(name) builds canaries")
    }
  }

  /// Without the setting its condition would never hold.
  @Test func whoHasCodeForThemIsBuiltWithThem() {
    for file in SourceTree.files where file.lines.contains("#if CANARIES") {
      let settings = SourceTree.manifest.settings[file.target] ?? "none"
      #expect(settings.contains("canaries"), "\(file.path) is compiled with \(settings)")
    }
  }
}
