import Foundation
import JournalStore
import Records
import Testing
import Wire

/// A folder of its own for each test, removed at the end.
final class StoreFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "waggle-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      Issue.record("the test folder stays behind: \(error)")
    }
  }

  var folder: String { url.path(percentEncoded: false) }

  func path(_ name: String = "executor.journal") -> String {
    url.appending(path: name).path(percentEncoded: false)
  }
}

let executorIdentity = JournalIdentity(
  colony: "paper", component: "executor-1", kind: "executor", schemaVersion: 3)

extension SQLiteJournalStore {
  static func openExecutor(
    _ path: String, _ durability: Durability = .process
  ) throws(JournalError) -> SQLiteJournalStore {
    try SQLiteJournalStore.open(path: path, identity: executorIdentity, durability: durability)
  }
}

extension JournalStore where Self: ~Copyable {
  /// Starts the next turn in `record`.
  func begin(_ record: inout TurnRecord, wallNanos: Int64 = 1_700_000_000_000_000_000) {
    record.begin(turn: lastTurn + 1, firstRow: lastRow + 1, epoch: epoch, wallNanos: wallNanos)
  }

  /// One turn with these texts as facts.
  mutating func record(_ texts: String...) throws(JournalError) {
    var turn = TurnRecord()
    begin(&turn)
    for text in texts {
      let bytes = Array(text.utf8)
      turn.addFact(kind: 7, correlation: (high: 1, low: UInt64(bytes.count)), body: bytes.span.bytes)
    }
    try append(turn)
  }

  mutating func saveText(_ text: String) throws(JournalError) {
    try saveSnapshot(coreState: Array(text.utf8).span.bytes, hostState: HostState(), wallNanos: 5)
  }
}

extension TurnSource where Self: ~Copyable {
  func texts(after row: Int64 = 0, limit: Int = .max) throws(JournalError) -> [String] {
    var texts: [String] = []
    try forEachRow(after: row, limit: limit) { (_, body) throws(JournalError) in
      texts.append(String(decoding: body.copiedBytes(), as: UTF8.self))
    }
    return texts
  }
}

/// Writes `count` turns of one row each and drops the store as a kill would.
func writeTurns(_ count: Int, to path: String, _ durability: Durability = .process) throws {
  var store = try SQLiteJournalStore.openExecutor(path, durability)
  for index in 1...count { try store.record("row \(index)") }
}

/// The seed of this run: WAGGLE_SEED, or always the same.
let seed = ProcessInfo.processInfo.environment["WAGGLE_SEED"].flatMap { UInt64($0) } ?? 20_261_130
