import JournalTestKit
import CSQLite
import Foundation
import Journal
import Testing

@Suite struct JournalRefusalTests {
  func refusal(_ path: String, _ identity: JournalIdentity = executorIdentity) throws -> JournalError {
    try error { () throws(JournalError) in
      _ = try Journal.open(path: path, identity: identity, durability: .process)
    }
  }

  @Test func anotherComponentsJournalIsForeign() throws {
    let folder = try JournalFolder()
    try writeRows(1, to: folder.path())
    for other in [
      JournalIdentity(colony: "live", component: "executor-1", kind: "executor", schemaVersion: 3),
      JournalIdentity(colony: "paper", component: "executor-2", kind: "executor", schemaVersion: 3),
      JournalIdentity(colony: "paper", component: "executor-1", kind: "risk", schemaVersion: 3),
    ] {
      let refused = try refusal(folder.path(), other)
      #expect(refused == .foreign(path: folder.path(), found: executorIdentity, expected: other))
      #expect(refused.description.contains(folder.path()) && refused.description.contains("paper"))
    }
    // A refusal is no opening: the epoch stays.
    let journal = try Journal.openExecutor(folder.path())
    #expect(journal.epoch == 2)
  }

  @Test func aJournalOfAnotherSchemaIsRefusedAndCanBeRead() throws {
    for (version, other) in [(2, "older"), (4, "newer")] as [(Int32, String)] {
      let folder = try JournalFolder()
      let identity = JournalIdentity(
        colony: "paper", component: "executor-1", kind: "executor", schemaVersion: version)
      do { _ = try Journal.open(path: folder.path(), identity: identity, durability: .power) }
      let refused = try refusal(folder.path())
      let expected: JournalError =
        other == "older"
        ? .older(path: folder.path(), what: "schema", found: 2, supported: 3)
        : .newer(path: folder.path(), what: "schema", found: 4, supported: 3)
      #expect(refused == expected)
      if other == "older" { #expect(refused.description.contains("waggle journal convert")) }
      #expect(try JournalReader.open(path: folder.path()).identity == identity)
      #expect(try JournalReader.open(path: folder.path()).epoch == 1, "a refusal is no opening")
    }
  }

  @Test func aJournalIsBoundToModeAndAccount() throws {
    let folder = try JournalFolder()
    func identity(_ mode: String, _ account: String) -> JournalIdentity {
      JournalIdentity(
        colony: "paper", component: "executor-1", kind: "executor", schemaVersion: 3, mode: mode,
        account: account)
    }
    let own = identity("paper", "main (simulated)")
    do { _ = try Journal.open(path: folder.path(), identity: own, durability: .process) }
    let others = [("live", "main (simulated)"), ("paper", "main (live)"), ("paper", "second (simulated)")]
    for (mode, account) in others {
      let other = identity(mode, account)
      let refused = try refusal(folder.path(), other)
      #expect(refused == .otherBinding(path: folder.path(), found: own, expected: other))
      for word in ["mode paper", "main (simulated)", "mode \(mode)", account, "new run"] {
        #expect(refused.description.contains(word), "\(refused)")
      }
    }
    #expect(try Journal.open(path: folder.path(), identity: own, durability: .process).epoch == 2)
    #expect(try JournalReader.open(path: folder.path()).identity.mode == "paper")
  }

  @Test func aNewerLayoutIsRefused() throws {
    let folder = try JournalFolder()
    try writeRows(1, to: folder.path())
    try alter(folder.path(), "PRAGMA user_version = 3")
    let newer = JournalError.newer(path: folder.path(), what: "layout", found: 3, supported: 2)
    #expect(try refusal(folder.path()) == newer)
    #expect(try error { () throws(JournalError) in _ = try JournalReader.open(path: folder.path()) } == newer)
  }

  /// Makes a journal one of the first layout: without lineage, mode and account, and sealed without them.
  private func makeUnbound(_ path: String) throws {
    let seal: Int64
    do { seal = try MetaRow.read(from: Database(path: path, access: .existing)).seal(isBound: false) }
    let columns = ["lineage", "mode", "account"].map { "ALTER TABLE meta DROP COLUMN \($0)" }
    try alter(path, columns.joined(separator: ";") + "; UPDATE meta SET seal = \(seal)")
    try alter(path, "PRAGMA user_version = \(JournalLayout.unboundVersion)")
  }

  @Test func anOlderLayoutIsRefusedAndNamesTheWayOut() throws {
    let folder = try JournalFolder()
    try writeRows(1, to: folder.path())
    try makeUnbound(folder.path())
    let kept = try bytes(of: folder.path())
    let older = JournalError.older(path: folder.path(), what: "layout", found: 1, supported: 2)
    #expect(try refusal(folder.path()) == older)
    #expect(try bytes(of: folder.path()) == kept, "a refused file was changed")
    let reader = try JournalReader.open(path: folder.path())
    #expect(reader.lineage == 0 && reader.identity.mode == "" && reader.identity.colony == "paper")
    #expect(older.description.contains("waggle journal convert"))
  }

  @Test func aJournalsLineageStaysWithItAndItsCopies() throws {
    let folder = try JournalFolder()
    try writeRows(1, to: folder.path())
    try writeRows(1, to: folder.path("other.journal"))
    let first = try JournalReader.open(path: folder.path()).lineage
    try write(try bytes(of: folder.path()), to: folder.path("copy.journal"))
    try writeRows(1, to: folder.path())
    #expect(first > 0)
    #expect(try JournalReader.open(path: folder.path()).lineage == first)
    #expect(try JournalReader.open(path: folder.path("copy.journal")).lineage == first)
    #expect(try JournalReader.open(path: folder.path("other.journal")).lineage > first)
  }

  @Test func otherFilesAreNotJournals() throws {
    let folder = try JournalFolder()
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
    guard case .notAJournal = try refusal(folder.url.path(percentEncoded: false)) else {
      Issue.record("a folder: \(try refusal(folder.url.path(percentEncoded: false)))")
      return
    }
  }

  @Test func aPlaceThatCannotBeWrittenIsSaid() throws {
    let folder = try JournalFolder()
    try write([1], to: folder.path("file"))
    for path in ["/proc/waggle.journal", folder.path("file/executor.journal"), folder.path("no/such/j")] {
      let refused = try refusal(path)
      guard case .unwritable(path, _) = refused else {
        Issue.record("\(path): \(refused)")
        continue
      }
      #expect(refused.description.contains("cannot be written"))
    }
    let missing = try error { () throws(JournalError) in _ = try JournalReader.open(path: folder.path("none"))
    }
    #expect(missing == .missing(path: folder.path("none")))
  }

  @Test func aReadOnlyFolderIsSaid() throws {
    guard geteuid() != 0 else {
      print("skipped: root may write into a read-only folder")
      return
    }
    let folder = try JournalFolder()
    try writeRows(1, to: folder.path())
    chmod(folder.url.path(percentEncoded: false), 0o500)
    defer { chmod(folder.url.path(percentEncoded: false), 0o700) }
    guard case .unwritable = try refusal(folder.path("new.journal")) else {
      Issue.record("\(try refusal(folder.path("new.journal")))")
      return
    }
  }

  @Test func twoOpenersInOneProcessExcludeEachOther() throws {
    let folder = try JournalFolder()
    do {
      var journal = try Journal.openExecutor(folder.path())
      try journal.record("first")
      let held = JournalError.heldByAnother(path: folder.path(), processID: getpid())
      #expect(try refusal(folder.path()) == held)
      #expect(
        try error { () throws(JournalError) in _ = try JournalReader.open(path: folder.path()) } == held)
      // The refused attempts must not have cost the owner its lock.
      #expect(try refusal(folder.path()) == held)
      try journal.record("second")
    }
    let reader = try JournalReader.open(path: folder.path())
    #expect(try reader.texts() == ["first", "second"])
    // A reader never keeps the owner out.
    let journal = try Journal.openExecutor(folder.path())
    #expect(journal.epoch == 2)
    #expect(reader.epoch == 1)
  }

  @Test func aReaderLeavesNothingBehind() throws {
    let folder = try JournalFolder()
    try writeRows(5, to: folder.path())
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false))
    let main = try bytes(of: folder.path())
    let reader = try JournalReader.open(path: folder.path())
    #expect(try reader.texts().count == 5)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false)).sorted()
        == names.sorted())
    #expect(try bytes(of: folder.path()) == main)
  }
}
