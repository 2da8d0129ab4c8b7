import ActorKit
import Records
import Wire

/// Rebuilds a core and its host from their journal: the newest sound snapshot, then the turns after it.
///
/// It checks itself: the turns between the two newest snapshots must lead from the one to the other, or the
/// program does not reproduce its own state.
package struct Recovery<Core: ActorCore> {
  /// What could be read, also after `rebuild` has thrown.
  package private(set) var core: Core
  package private(set) var host = HostState()
  private let blank: Core

  package init(_ core: Core) {
    self.core = core
    blank = core
  }

  package mutating func rebuild<Source: TurnSource & ~Copyable>(
    from source: borrowing Source
  ) throws(RecoveryError) {
    let snapshots: [StoredSnapshot]
    do throws(JournalError) { snapshots = try source.validSnapshots(atMost: 2) } catch {
      throw .journal(error)
    }
    if let newest = snapshots.first { try load(newest, path: source.path) }
    try apply(source, after: snapshots.first?.turn ?? 0, through: .max)
    if snapshots.count == 2 { try check(snapshots[1], snapshots[0], source) }
    do throws(JournalError) { try source.checkTail() } catch { throw .journal(error) }
  }

  /// The turns between two snapshots must lead from the older to the newer, byte for byte. A state saved in
  /// an older layout is compared as this program would save it.
  private func check<Source: TurnSource & ~Copyable>(
    _ older: StoredSnapshot, _ newer: StoredSnapshot, _ source: borrowing Source
  ) throws(RecoveryError) {
    var replayed = Recovery(blank)
    try replayed.load(older, path: source.path)
    try replayed.apply(source, after: older.turn, through: newer.turn)
    if replayed.saved == newer.coreState, replayed.host == newer.hostState { return }
    if replayed.host == newer.hostState || newer.schemaVersion < Int32(WireSchema.version) {
      var stored = Recovery(blank)
      try stored.load(newer, path: source.path)
      if replayed.saved == stored.saved { return }
    }
    throw .notReproduced(from: older.row, to: newer.row, path: source.path)
  }

  private var saved: [UInt8] {
    var writer = SnapshotWriter()
    core.save(into: &writer)
    return writer.bytes
  }

  private mutating func load(_ snapshot: StoredSnapshot, path: String) throws(RecoveryError) {
    // A state that is refused half-way must leave no half behind.
    var restored = core
    var reader = SnapshotReader(snapshot.coreState)
    do throws(RestoreError) {
      try restored.restore(from: &reader)
      try reader.finish()
    } catch {
      throw .restore(error, row: snapshot.row, path: path)
    }
    core = restored
    host = snapshot.hostState
  }

  private mutating func apply<Source: TurnSource & ~Copyable>(
    _ source: borrowing Source, after: UInt64, through last: UInt64
  ) throws(RecoveryError) {
    var failure: RecoveryError?
    let path = source.path
    do throws(JournalError) {
      try source.visitTurns(after: after) { (turn) throws(JournalError) in
        guard turn.turn <= last else { return false }
        do throws(RecoveryError) { try apply(turn, path: path) } catch { failure = error }
        return failure == nil
      }
    } catch {
      throw .journal(error)
    }
    if let failure { throw failure }
  }

  private mutating func apply(_ turn: TurnView, path: String) throws(RecoveryError) {
    var failure: RecoveryError?
    turn.forEachFact { row, body in
      guard failure == nil else { return }
      var reader = SnapshotReader(body.copiedBytes())
      do throws(RestoreError) {
        let fact = try Core.Fact(kind: row.kind, from: &reader)
        try reader.finish()
        try core.check(fact)
        core.apply(fact)
      } catch {
        failure = .restore(error, row: row.sequence, path: path)
      }
    }
    if let failure { throw failure }
    do throws(TurnRefusal) { try host.apply(turn) } catch {
      throw .journal(.corrupt(path: path, atSequence: turn.lastRow, what: "\(error)"))
    }
  }
}

/// Why a component cannot have its state back.
public enum RecoveryError: Error, CustomStringConvertible {
  case journal(JournalError)
  case restore(RestoreError, row: Int64, path: String)
  /// The turns between two snapshots lead elsewhere than to the newer one.
  case notReproduced(from: Int64, to: Int64, path: String)

  public var description: String {
    switch self {
    case .journal(let error): "\(error)"
    case .restore(let error, let row, let path):
      "journal \(path), row \(row): \(error). It was written by another version of this program; use that"
        + " one, or start a new run"
    case .notReproduced(let from, let to, let path):
      "journal \(path): the facts after row \(from) do not lead to the state saved at row \(to). This program"
        + " does not reproduce what it once was; keep the files, use the build that wrote them, or start a"
        + " new run after reconciling with the venue"
    }
  }
}
