import JournalTestKit
import Foundation
import Journal
import JournalStore
import Records
import Testing

@Suite struct StoreRefusalTests {
  private func refusal(
    _ path: String, _ identity: JournalIdentity = executorIdentity
  ) throws -> JournalError {
    try error { () throws(JournalError) in
      _ = try SQLiteJournalStore.open(path: path, identity: identity, durability: .process)
    }
  }

  @Test func anotherComponentsJournalIsForeign() throws {
    let folder = try StoreFolder()
    try writeTurns(1, to: folder.path())
    for other in [
      JournalIdentity(colony: "live", component: "executor-1", kind: "executor", schemaVersion: 3),
      JournalIdentity(colony: "paper", component: "executor-2", kind: "executor", schemaVersion: 3),
      JournalIdentity(colony: "paper", component: "executor-1", kind: "risk", schemaVersion: 3),
    ] {
      let refused = try refusal(folder.path(), other)
      #expect(refused == .foreign(path: folder.path(), found: executorIdentity, expected: other))
    }
    // A refusal is no opening: the epoch stays.
    #expect(try SQLiteJournalStore.openExecutor(folder.path()).epoch == 2)
  }

  @Test func aJournalOfAnotherSchemaIsRefusedAndCanBeRead() throws {
    for (version, isOlder) in [(2, true), (4, false)] as [(Int32, Bool)] {
      let folder = try StoreFolder()
      let identity = JournalIdentity(
        colony: "paper", component: "executor-1", kind: "executor", schemaVersion: version)
      do { _ = try SQLiteJournalStore.open(path: folder.path(), identity: identity, durability: .power) }
      let expected: JournalError =
        isOlder
        ? .older(path: folder.path(), what: "schema", found: 2, supported: 3)
        : .newer(path: folder.path(), what: "schema", found: 4, supported: 3)
      #expect(try refusal(folder.path()) == expected)
      #expect(try StoreReader.open(path: folder.path()).identity == identity)
      #expect(try StoreReader.open(path: folder.path()).epoch == 1, "a refusal is no opening")
    }
  }

  @Test func aJournalIsBoundToModeAndAccount() throws {
    let folder = try StoreFolder()
    func identity(_ mode: String, _ account: String) -> JournalIdentity {
      JournalIdentity(
        colony: "paper", component: "executor-1", kind: "executor", schemaVersion: 3, mode: mode,
        account: account)
    }
    let own = identity("paper", "main (simulated)")
    do { _ = try SQLiteJournalStore.open(path: folder.path(), identity: own, durability: .process) }
    for (mode, account) in [("live", "main (simulated)"), ("paper", "main (live)")] {
      let other = identity(mode, account)
      #expect(
        try refusal(folder.path(), other) == .otherBinding(path: folder.path(), found: own, expected: other))
    }
    #expect(try SQLiteJournalStore.open(path: folder.path(), identity: own, durability: .process).epoch == 2)
  }

  @Test func aJournalOfTheFormatBeforeNamesTheWayOut() throws {
    let folder = try StoreFolder()
    do {
      var journal = try Journal.open(path: folder.path(), identity: executorIdentity, durability: .process)
      try journal.begin()
      try journal.append(kind: 1, atNanos: 0, correlation: (0, 0), body: [UInt8]([1]).span.bytes)
      try journal.commit()
      try journal.close()
    }
    let kept = try bytes(of: folder.path())
    let older = JournalError.older(path: folder.path(), what: "format", found: 2, supported: 3)
    #expect(try refusal(folder.path()) == older && older.description.contains("waggle journal convert"))
    #expect(try bytes(of: folder.path()) == kept, "a refused file was changed")
    #expect(!FileManager.default.fileExists(atPath: folder.path() + "-mark"))
    #expect(try error { () throws(JournalError) in _ = try StoreReader.open(path: folder.path()) } == older)
  }

  @Test func aNewerFormatIsRefusedHereAndByTheBuildBefore() throws {
    let folder = try StoreFolder()
    try writeTurns(1, to: folder.path())
    let before = try error { () throws(JournalError) in
      _ = try Journal.open(path: folder.path(), identity: executorIdentity, durability: .process)
    }
    #expect(before == .newer(path: folder.path(), what: "layout", found: 3, supported: 2))
    try alter(folder.path(), "PRAGMA user_version = 4")
    let newer = JournalError.newer(path: folder.path(), what: "format", found: 4, supported: 3)
    #expect(try refusal(folder.path()) == newer)
  }

  @Test func aJournalsLineageStaysWithItAndItsCopies() throws {
    let folder = try StoreFolder()
    try writeTurns(1, to: folder.path())
    try writeTurns(1, to: folder.path("other.journal"))
    let first = try StoreReader.open(path: folder.path()).lineage
    try write(try bytes(of: folder.path()), to: folder.path("copy.journal"))
    try writeTurns(1, to: folder.path())
    #expect(first > 0)
    #expect(try StoreReader.open(path: folder.path()).lineage == first)
    #expect(try StoreReader.open(path: folder.path("copy.journal")).lineage == first)
    #expect(try StoreReader.open(path: folder.path("other.journal")).lineage > first)
  }

  @Test func otherFilesAreNotJournals() throws {
    let folder = try StoreFolder()
    try write(Array(String(repeating: "order 1 filled\n", count: 90).utf8), to: folder.path("log.txt"))
    try alter(folder.path("other.db"), "CREATE TABLE t (x); PRAGMA application_id = 42")
    for name in ["log.txt", "other.db"] {
      let before = try bytes(of: folder.path(name))
      guard case .notAJournal = try refusal(folder.path(name)) else {
        Issue.record("\(name): \(try refusal(folder.path(name)))")
        return
      }
      #expect(try bytes(of: folder.path(name)) == before, "a refused file was changed")
    }
    guard case .notAJournal = try refusal(folder.folder) else {
      Issue.record("a folder: \(try refusal(folder.folder))")
      return
    }
    try write([], to: folder.path("empty"))
    let empty = JournalError.corrupt(path: folder.path("empty"), atSequence: nil, what: "the file is empty")
    #expect(try refusal(folder.path("empty")) == empty)
  }

  @Test func aPlaceThatCannotBeWrittenIsSaid() throws {
    let folder = try StoreFolder()
    try write([1], to: folder.path("file"))
    for path in ["/proc/waggle.journal", folder.path("file/executor.journal"), folder.path("no/such/j")] {
      let refused = try refusal(path)
      guard case .unwritable(path, _) = refused else {
        Issue.record("\(path): \(refused)")
        continue
      }
    }
    let missing = try error { () throws(JournalError) in _ = try StoreReader.open(path: folder.path("none")) }
    #expect(missing == .missing(path: folder.path("none")))
  }

  @Test func twoOpenersInOneProcessExcludeEachOther() throws {
    let folder = try StoreFolder()
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path())
      try store.record("first")
      let held = JournalError.heldByAnother(path: folder.path(), processID: getpid())
      #expect(try refusal(folder.path()) == held)
      #expect(try error { () throws(JournalError) in _ = try StoreReader.open(path: folder.path()) } == held)
      // The refused attempts must not have cost the owner its lock.
      #expect(try refusal(folder.path()) == held)
      try store.record("second")
    }
    let reader = try StoreReader.open(path: folder.path())
    #expect(try reader.texts() == ["first", "second"])
    // A reader never keeps the owner out.
    #expect(try SQLiteJournalStore.openExecutor(folder.path()).epoch == 2)
    #expect(reader.epoch == 1)
  }

  @Test func aReaderLeavesNothingBehind() throws {
    let folder = try StoreFolder()
    try writeTurns(5, to: folder.path())
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.folder).sorted()
    }
    let before = try names()
    let contents = try before.map { try bytes(of: folder.path($0)) }
    let reader = try StoreReader.open(path: folder.path())
    #expect(try reader.texts().count == 5 && reader.recovery == StoreRecovery(cutTurns: 0, mark: .sound))
    #expect(try names() == before)
    #expect(try before.map { try bytes(of: folder.path($0)) } == contents)
  }
}
