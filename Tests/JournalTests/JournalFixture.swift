import Foundation
import Journal
import Testing

/// A folder of its own for each test, removed at the end.
final class JournalFolder {
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

  func path(_ name: String = "executor.journal") -> String {
    url.appending(path: name).path(percentEncoded: false)
  }
}

let executorIdentity = JournalIdentity(
  colony: "paper", component: "executor-1", kind: "executor", schemaVersion: 3)

extension Journal {
  static func openExecutor(_ path: String, _ durability: Durability = .process) throws -> Journal {
    try Journal.open(path: path, identity: executorIdentity, durability: durability)
  }

  /// One turn with one row of text.
  mutating func record(_ text: String, kind: UInt16 = 7) throws {
    try begin()
    try append(text, kind: kind)
    try commit()
  }

  mutating func append(_ text: String, kind: UInt16 = 7) throws {
    let bytes = Array(text.utf8)
    try append(
      kind: kind, atNanos: 1_700_000_000_000_000_000, correlation: (high: 1, low: UInt64(bytes.count)),
      body: bytes.span.bytes)
  }

  func texts(after: Int64 = 0) throws -> [String] {
    var texts: [String] = []
    try forEachRow(after: after) { (_, body) throws(JournalError) in texts.append(text(body)) }
    return texts
  }
}

extension JournalReader {
  func texts() throws -> [String] {
    var texts: [String] = []
    try forEachRow { (_, body) throws(JournalError) in texts.append(text(body)) }
    return texts
  }
}

func text(_ body: RawSpan) -> String {
  var bytes: [UInt8] = []
  for index in 0..<body.byteCount {
    bytes.append(body.unsafeLoad(fromByteOffset: index, as: UInt8.self))
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Writes `count` rows, one a turn, and drops the journal as a kill would.
func writeRows(_ count: Int, to path: String, durability: Durability = .process) throws {
  var journal = try Journal.openExecutor(path, durability)
  for index in 1...count { try journal.record("row \(index)") }
}
