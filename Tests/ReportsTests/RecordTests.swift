import ActorKit
import Foundation
import OrderExecutor
import QueenOrchestrator
import RecordSamples
import Records
import Reports
import RiskAdjuster
import SignalGenerator
import Testing
import Topology
import VenueSimulator

/// Every fact of `records.xml`, by samples that the generator makes of it.
@Suite struct RecordTests {
  @Test(arguments: [Component.Kind.executor, .venue, .queen, .risk, .signal])
  func everyFactIsReadAsWritten(_ kind: Component.Kind) {
    for seed in UInt64(1)...100 {
      for sample in RecordSample.all(of: kind, seed: seed) {
        #expect(sample.isReadAsWritten, "\(kind) \(sample.name), seed \(seed)")
        let fact = FactReader(kind).record(kind: sample.kind, body: sample.bytes)
        #expect(fact.reading == .known && fact.name == sample.name, "\(kind) \(sample.name), seed \(seed)")
      }
    }
  }

  /// Names of the row's own members would make an object with one key twice.
  @Test(arguments: [Component.Kind.executor, .venue, .queen, .risk, .signal])
  func everyFieldHasAColumnOfItsOwn(_ kind: Component.Kind) {
    let columns = FactReader(kind).columns
    #expect(Set(columns).count == columns.count)
    #expect(Set(columns).isDisjoint(with: ["seq", "epoch", "atNanos", "component", "kind", "fact"]))
    for seed in UInt64(1)...20 {
      for sample in RecordSample.all(of: kind, seed: seed) {
        let names = FactReader(kind).record(kind: sample.kind, body: sample.bytes).fields.map(\.name)
        #expect(Set(names).count == names.count, "\(sample.name) has a field twice, seed \(seed)")
        #expect(Set(columns).isSuperset(of: names), "\(sample.name), seed \(seed)")
      }
    }
  }

  @Test(arguments: [Component.Kind.executor, .venue, .queen, .risk, .signal])
  func noCutOrLongerFactIsTakenForOne(_ kind: Component.Kind) {
    for sample in RecordSample.all(of: kind, seed: 7) {
      for count in sample.bytes.indices {
        let fact = FactReader(kind).record(kind: sample.kind, body: Array(sample.bytes[..<count]))
        #expect(fact.name == "unreadable", "\(kind) \(sample.name) of \(count) bytes")
      }
      #expect(FactReader(kind).record(kind: sample.kind, body: sample.bytes + [0]).name == "unreadable")
    }
  }

  /// Wild bytes are refused or read, and never trap.
  @Test(arguments: [Component.Kind.executor, .venue, .queen, .risk, .signal])
  func anyBytesCanBeShown(_ kind: Component.Kind) {
    var random = RecordRandom(seed: 99)
    for sample in RecordSample.all(of: kind, seed: 8) {
      for _ in 0..<200 {
        var bytes = sample.bytes
        for _ in 0..<3 {
          let place: UInt64 = random.integer()
          if !bytes.isEmpty { bytes[Int(place % UInt64(bytes.count))] = UInt8(place >> 56) }
        }
        _ = FactReader(kind).record(kind: sample.kind, body: bytes)
      }
    }
  }

  /// Bytes and rows of one sample of each kind, for ever: journals and other programs hold them. With
  /// WAGGLE_UPDATE_GOLDEN set the file is written anew; read what changed.
  @Test func theGoldenRowsAreWhatTheyWere() throws {
    let text = RecordSample.goldenKinds.flatMap { kind in
      RecordSample.goldenSeeds.flatMap { RecordSample.all(of: kind, seed: $0) }.map(\.goldenLine)
    }.joined(separator: "\n")
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "golden.txt")
    if ProcessInfo.processInfo.environment["WAGGLE_UPDATE_GOLDEN"] != nil {
      try Data((text + "\n").utf8).write(to: file)
    }
    let golden = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let lines = text.split(separator: "\n")
    let hasTail = lines.contains { $0.contains("\"orderCreated\"") && $0.contains("\"intent\"") }
    #expect(hasTail, "no order of an intent, whose record has a tail")
    #expect(golden.count == lines.count)
    for (line, wanted) in zip(lines, golden) { #expect(line == wanted) }
  }

  /// What journals of earlier builds hold: `golden-N.txt` is what `golden.txt` was before records grew for the
  /// Nth time. Rows show the same, and beside that what has come since at its default.
  @Test(arguments: [1, 2]) func rowsOfEarlierJournalsAreReadAsTheyWere(_ number: Int) throws {
    let samples = try RecordSample.earlier(number)
    #expect(samples.count > 100)
    for (sample, wanted) in samples {
      let row = try Self.members(of: sample.goldenLine.split(separator: " ", maxSplits: 3)[3])
      for (name, value) in try Self.members(of: wanted) {
        #expect(row[name] == value, "\(sample.component) \(sample.kind) \(name)")
      }
      if sample.component == .executor, sample.kind == 17 { #expect(row["check"] == "none" as NSString) }
    }
  }

  private static func members(of row: Substring) throws -> [String: NSObject] {
    try #require(JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: NSObject])
  }
}

/// A decoder in another language, which has seen nothing of ours but `records.xml`, reads the golden rows.
@Suite struct RecordDecoderTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func anotherLanguageReadsTheSameOfTheDescriptionAlone() throws {
    let golden = try String(
      contentsOf: Self.root.appending(path: "Tests/ReportsTests/golden.txt"), encoding: .utf8)
    let earlier = try [1, 2].flatMap { try RecordSample.earlier($0) }.map { $0.sample.goldenLine + "\n" }
    let input = FileManager.default.temporaryDirectory.appending(path: "records-\(UUID()).txt")
    try Data((golden + earlier.joined()).utf8).write(to: input)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", Self.root.appending(path: "scripts/decode-records.py").path(percentEncoded: false),
      Self.root.appending(path: "Sources/ActorKit/records.xml").path(percentEncoded: false),
      Self.root.appending(path: "Sources/Wire/messages.xml").path(percentEncoded: false),
    ]
    process.standardInput = try FileHandle(forReadingFrom: input)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try FileManager.default.removeItem(at: input)
    let kinds = RecordSample.goldenKinds.map { RecordSample.all(of: $0, seed: 1).count }.reduce(0, +)
    let count = kinds * RecordSample.goldenSeeds.count + earlier.count
    #expect(told == "\(count) facts agree, 0 do not\n")
  }
}

/// A fact as a journal holds it.
struct RecordSample {
  static let goldenKinds: [Component.Kind] = [.executor, .venue, .queen, .risk, .signal]
  /// Together they hold orders of intents and others, every scope, and absent values.
  static let goldenSeeds: [UInt64] = [1, 2, 11, 13]

  let component: Component.Kind
  let kind: UInt16
  let name: String
  let bytes: [UInt8]
  let isReadAsWritten: Bool

  /// The samples of an earlier `golden.txt`, with the rows that were made of them then.
  static func earlier(_ number: Int) throws -> [(sample: RecordSample, row: Substring)] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "golden-\(number).txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
      let component = try #require(Component.Kind(rawValue: String(words[0])))
      let kind = try #require(UInt16(words[1]))
      var bytes: [UInt8] = []
      var rest = words[2]
      while !rest.isEmpty {
        bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
        rest = rest.dropFirst(2)
      }
      let sample = RecordSample(
        component: component, kind: kind, name: "", bytes: bytes, isReadAsWritten: true)
      return (sample, words[3])
    }
  }

  /// One of every kind.
  static func all(of kind: Component.Kind, seed: UInt64) -> [RecordSample] {
    switch kind {
    case .executor: sound(kind, seed, ExecutorFact.self, \.name)
    case .venue: sound(kind, seed, VenueFact.self, \.name)
    case .queen: sound(kind, seed, QueenFact.self, \.name)
    case .risk: sound(kind, seed, RiskFact.self, \.name)
    case .signal: sound(kind, seed, SignalFact.self, \.name)
    case .feed, .relay: []
    }
  }

  /// The first of each kind that no check of its own refuses: an order that is no stop has no stop price.
  private static func sound<Fact: SampledFact>(
    _ component: Component.Kind, _ seed: UInt64, _ type: Fact.Type, _ name: KeyPath<Fact, String>
  ) -> [RecordSample] {
    var random = RecordRandom(seed: seed, longestList: 2)
    var found: [UInt16: RecordSample] = [:]
    var kinds: [UInt16] = []
    for _ in 0..<200 {
      let facts = Fact.samples(random: &random)
      kinds = facts.map(\.kind)
      for fact in facts where found[fact.kind] == nil {
        var writer = SnapshotWriter()
        fact.encode(into: &writer)
        var reader = SnapshotReader(writer.bytes)
        do throws(RestoreError) {
          let read = try Fact(kind: fact.kind, from: &reader)
          found[fact.kind] = RecordSample(
            component: component, kind: fact.kind, name: fact[keyPath: name], bytes: writer.bytes,
            isReadAsWritten: read == fact && reader.remaining == 0)
        } catch .invalid { continue } catch { Issue.record("\(fact) cannot be read: \(error)") }
      }
      if found.count == kinds.count { break }
    }
    if found.count < kinds.count { Issue.record("no sound sample of every kind of \(component)") }
    return kinds.compactMap { found[$0] }
  }

  /// Component, kind, bytes, and the row as it is exported.
  var goldenLine: String {
    let row = JournalRow(
      sequence: 0, epoch: 0, atNanos: 0, kind: kind, correlationHigh: 0, correlationLow: 0)
    let line = JournalLine(
      component: "it", kind: component.rawValue, row: row,
      fact: FactReader(component).record(kind: kind, body: bytes))
    let hexadecimal = bytes.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined()
    return "\(component.rawValue) \(kind) \(hexadecimal) \(line.jsonText)"
  }
}
