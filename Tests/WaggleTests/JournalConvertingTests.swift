import ActorKit
import Journal
import OrderExecutor
import Platform
import Records
import Testing

/// `waggle journal convert` brings a run of the format before up to date, and nothing else.
@Suite struct JournalConvertingTests {
  private static func makeFormer(_ path: String) throws {
    var journal = try Journal.open(
      path: path,
      identity: JournalIdentity(colony: "fake", component: "executor", kind: "executor", schemaVersion: 3),
      durability: .process)
    for fact in FakeRun.executorFacts {
      var writer = SnapshotWriter()
      fact.encode(into: &writer)
      try journal.begin()
      try journal.append(
        kind: fact.kind, atNanos: FakeRun.now, correlation: (0, 0), body: writer.bytes.span.bytes)
      try journal.commit()
    }
    try journal.close()
  }

  @Test func aRunOfTheFormatBeforeIsReadAsItWas() throws {
    let folder = try FileSystem.temporaryDirectory("waggle-convert")
    defer { #expect(throws: Never.self) { try FileSystem.remove(folder) } }
    let path = "\(folder)/executor.journal"
    try Self.makeFormer(path)
    let before = try runProgram("waggle", ["journal", "show", path], in: folder)
    #expect(
      before.status == .exited(code: 78) && before.output.contains("waggle journal convert"), "\(before)")
    let converted = try runProgram("waggle", ["journal", "convert", folder], in: folder)
    #expect(converted.status == .exited(code: 0), "\(converted)")
    #expect(converted.output.contains("\(FakeRun.executorFacts.count) rows"), "\(converted)")
    let after = try runProgram("waggle", ["journal", "show", path], in: folder)
    #expect(after.status == .exited(code: 0), "\(after)")
    #expect(after.output.split(separator: "\n").count == FakeRun.executorFacts.count + 2, "\(after)")
    #expect(try FileSystem.exists(path + ".former"))
    let again = try runProgram("waggle", ["journal", "convert", path], in: folder)
    #expect(again.status == .exited(code: 0) && again.output.contains("already"), "\(again)")
  }

  @Test func whatIsNoJournalIsNamed() throws {
    let folder = try FileSystem.temporaryDirectory("waggle-convert")
    defer { #expect(throws: Never.self) { try FileSystem.remove(folder) } }
    let empty = try runProgram("waggle", ["journal", "convert", folder], in: folder)
    #expect(empty.status == .exited(code: 64) && empty.output.contains("no journal lies in"), "\(empty)")
    try FileSystem.write(Array("no journal".utf8), to: folder + "/x.journal")
    let other = try runProgram("waggle", ["journal", "convert", folder + "/x.journal"], in: folder)
    #expect(other.status == .exited(code: 78), "\(other)")
  }
}
