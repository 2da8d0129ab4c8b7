import ActorKit
import Journal
import Wire

/// Rebuilds a core's durable state: newest valid snapshot, then the facts after it.
enum Recovery {
  /// Opens the component's journal, which is also its lock, and thereby begins a new epoch.
  static func open(_ configuration: HostConfiguration, kind: ComponentKind) throws(HostError) -> Journal {
    do throws(JournalError) {
      return try Journal.open(
        path: configuration.journalPath,
        identity: JournalIdentity(
          colony: configuration.colony, component: configuration.name, kind: "\(kind)",
          schemaVersion: Int32(WireSchema.version)),
        durability: configuration.durability)
    } catch {
      throw .journal(error)
    }
  }

  static func restore<Core: ActorCore>(
    _ core: inout Core, from journal: borrowing Journal
  ) throws(HostError) {
    let snapshot: JournalSnapshot?
    do throws(JournalError) { snapshot = try journal.newestValidSnapshot() } catch { throw .journal(error) }
    if let snapshot {
      var reader = SnapshotReader(snapshot.state)
      do throws(RestoreError) {
        try core.restore(from: &reader)
        try reader.finish()
      } catch {
        throw .restore(error, row: snapshot.sequence, path: journal.path)
      }
    }
    let after = snapshot?.sequence ?? 0
    var failure: HostError?
    let path = journal.path
    do throws(JournalError) {
      try journal.forEachRow(after: after) { row, body in
        guard failure == nil else { return }
        var reader = SnapshotReader(body.copiedBytes())
        do throws(RestoreError) {
          let fact = try Core.Fact(kind: row.kind, from: &reader)
          try reader.finish()
          core.apply(fact)
        } catch {
          failure = .restore(error, row: row.sequence, path: path)
        }
      }
    } catch {
      throw .journal(error)
    }
    if let failure { throw failure }
  }
}
