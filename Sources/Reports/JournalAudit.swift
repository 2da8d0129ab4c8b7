import ActorKit
import JournalStore
import Records
import Topology

/// Looks through a journal that no process holds: its bytes, its facts, and whether the facts make the states
/// that its snapshots say.
public struct JournalAudit: Sendable {
  /// One thing looked at.
  public struct Check: Equatable, Sendable {
    public enum Outcome: String, Sendable {
      case sound
      /// Nothing is damaged, but somebody should know.
      case note
      /// Could not be looked at.
      case skipped
      case damaged
    }

    public let name: String
    public let outcome: Outcome
    /// What was found; of damage also where and what to do.
    public let text: String
  }

  public private(set) var checks: [Check] = []

  /// Nothing is damaged, and nothing was passed over that this build cannot read.
  public var isSound: Bool { !checks.contains { $0.outcome == .damaged } }

  /// `replay` is nil when the component's configuration is not at hand; `whyNot` says why then.
  public init(_ journal: StoreReader, _ facts: FactReader, replay: (any FactReplay)?, whyNot: String) {
    guard checkBytes(journal) else { return }
    checkFacts(journal, facts, replay, whyNot)
  }

  private mutating func add(_ name: String, _ outcome: Check.Outcome, _ text: String) {
    checks.append(Check(name: name, outcome: outcome, text: text))
  }
}

extension JournalAudit {
  /// Structure, chain, seals and hashes; false if the rows cannot be trusted.
  private mutating func checkBytes(_ journal: StoreReader) -> Bool {
    do throws(JournalError) {
      try journal.verify()
    } catch {
      add("bytes", .damaged, "\(error)")
      add("facts", .skipped, "not read, because the bytes are damaged")
      add("states", .skipped, "not compared, because the bytes are damaged")
      return false
    }
    add(
      "bytes", .sound,
      "structure, chain of \(journal.lastTurn) turns with \(journal.lastRow) rows, seals and hashes")
    addEnd(journal.recovery)
    return true
  }

  /// What the next opening would make of the journal's end.
  private mutating func addEnd(_ found: StoreRecovery?) {
    guard let found else {
      return add(
        "end", .damaged,
        "turns that the commit mark names cannot be read: a start would refuse this journal; keep the files, "
          + "and compare with the venue")
    }
    let mark =
      switch found.mark {
      case .sound: "the commit mark agrees"
      case .missing: "there is no commit mark beside it, as beside a copy made without"
      case .unreadable: "its commit mark cannot be read, as after a power cut"
      }
    guard found.cutTurns > 0 else {
      return add("end", found.mark == .sound ? .sound : .note, "the log ends with a whole turn; \(mark)")
    }
    add(
      "end", .note,
      "\(found.cutTurns) turns at the end of the log cannot be read and will be cut off; \(mark). One is "
        + "what a kill leaves, and nobody was told of it; of more, compare with the venue")
  }

  private mutating func checkFacts(
    _ journal: StoreReader, _ facts: FactReader, _ replay: (any FactReplay)?, _ whyNot: String
  ) {
    var walk = Walk(facts, replay)
    do throws(JournalError) {
      walk.snapshots = try journal.validSnapshots(atMost: .max)
      walk.checkSnapshots(atRow: 0)
      try journal.forEachRow(after: 0) { (row, bytes) throws(JournalError) in
        walk.take(row, bytes.copiedBytes())
      }
    } catch {
      add("facts", .damaged, "\(error)")
      return
    }
    add("facts", walk.troubles.isEmpty ? .sound : .damaged, walk.factText(journal.path))
    guard walk.replay != nil else { return add("states", .skipped, whyNot) }
    if let stop = walk.stop { return add("states", .skipped, stop) }
    if let doubts = walk.replay?.doubts, !doubts.isEmpty {
      let text = doubts.prefix(Walk.mostTold).joined(separator: "; ")
      add(
        "states", .damaged,
        "journal \(journal.path): \(text); keep the files for inspection, and compare with the venue "
          + "before trading goes on")
      return
    }
    let rows = walk.compared.map { "row \($0)" }.joined(separator: ", ")
    add(
      "states", .sound,
      rows.isEmpty
        ? "the facts follow from one another; there is no snapshot to compare with"
        : "the facts follow from one another and make the snapshots at \(rows)"
    )
  }
}

/// One reading of all rows.
private struct Walk {
  static let mostTold = 5

  var snapshots: [StoredSnapshot] = []
  var replay: (any FactReplay)?
  /// Rows of the snapshots that were compared.
  var compared: [Int64] = []
  /// Rows that are not understood, the first few in words.
  var troubles: [String] = []
  /// Why the replay did not come to the end.
  var stop: String?

  private let facts: FactReader
  private var readCount = 0
  private var troubleCount = 0

  init(_ facts: FactReader, _ replay: (any FactReplay)?) {
    self.facts = facts
    self.replay = replay
  }

  mutating func take(_ row: JournalRow, _ body: [UInt8]) {
    switch facts.record(kind: row.kind, body: body).reading {
    case .known: readCount += 1
    case .unknown: trouble(row, "\(RestoreError.unknownKind(row.kind))")
    case .unreadable(let error): trouble(row, "kind \(row.kind): \(error)")
    }
    guard stop == nil else { return }
    do throws(RestoreError) {
      try replay?.take(kind: row.kind, body)
    } catch {
      stop = "the states were compared up to row \(row.sequence), which this build cannot read"
      return
    }
    checkSnapshots(atRow: row.sequence)
  }

  mutating func checkSnapshots(atRow row: Int64) {
    for snapshot in snapshots where snapshot.row == row && replay != nil {
      do throws(RestoreError) {
        try replay?.check(snapshot: snapshot.coreState, atRow: row)
        compared.append(row)
      } catch {
        stop = "the snapshot at row \(row) cannot be read by this build: \(error)"
      }
    }
  }

  private mutating func trouble(_ row: JournalRow, _ text: String) {
    troubleCount += 1
    if troubles.count < Self.mostTold { troubles.append("row \(row.sequence): \(text)") }
  }

  func factText(_ path: String) -> String {
    guard troubleCount > 0 else { return "\(readCount) facts can be read" }
    let rest = troubleCount > troubles.count ? " and \(troubleCount - troubles.count) more" : ""
    return "journal \(path): \(troubles.joined(separator: "; "))\(rest); use the build that wrote them, or a "
      + "newer one"
  }
}
