import ActorKit
import HostKit
import JournalStore
import Platform
import Records
import Wire

/// Opens a component's journal and has its core rebuilt.
///
/// Trouble with the journal ends the process, except for a core that can end things without one
/// (`ActorCore.runsWithoutJournal`): that one gets what could be read, and is told. A lock held by another is
/// no such trouble but a fence, and a journal of another mode, account or version is a mistake of who started
/// this: both always end the process.
enum JournalOpening {
  /// Opens the journal, which is also the component's lock, and thereby begins a new epoch; rebuilds the core
  /// from it.
  static func run<Core: ActorCore>(
    _ core: inout Core, _ configuration: HostConfiguration
  ) throws(HostError) -> HostJournal<SQLiteJournalStore> {
    let store: SQLiteJournalStore
    do throws(JournalError) { store = try open(configuration, Core.self) } catch {
      guard !error.isRefusalOfTheWhole else { throw .journal(error) }
      guard Core.runsWithoutJournal else { throw .journal(error) }
      return try withoutFile(&core, configuration, why: "\(error)")
    }
    var recovery = Recovery(core)
    var trouble: String?
    do throws(RecoveryError) { try recovery.rebuild(from: store) } catch {
      guard Core.runsWithoutJournal else { throw .recovery(error) }
      trouble = "\(error)"
    }
    core = recovery.core
    var journal = HostJournal(store, recovery.host)
    guard Core.runsWithoutJournal else { return journal }
    if let trouble { journal.impair(why: trouble) }
    do throws(FileError) { try DiskReserve(configuration).make() } catch {
      let trouble = error.isDiskFull ? "disk full" : "no disk reserve"
      journal.impair(why: "\(trouble): \(error); make room for it, then restart")
    }
    return journal
  }

  private static func open<Core: ActorCore>(
    _ configuration: HostConfiguration, _ kind: Core.Type
  ) throws(JournalError) -> SQLiteJournalStore {
    let identity = JournalIdentity(
      colony: configuration.colony, component: configuration.name, kind: "\(Core.kind)",
      schemaVersion: Int32(WireSchema.version), mode: configuration.mode, account: configuration.account)
    let floor = CrashMarkFile.lastEpoch(in: configuration)
    func attempt() throws(JournalError) -> SQLiteJournalStore {
      try SQLiteJournalStore.open(
        path: configuration.journalPath, identity: identity, durability: configuration.durability,
        above: floor,
        keeping: { (found) throws(JournalError) in
          guard Core.runsWithoutJournal, found.mayHaveBeenTold else { return }
          let turns = UInt32(clamping: max(found.cutTurns, 1))
          do throws(FileError) { try CrashMarkFile.keepCut(turns: turns, in: configuration) } catch {
            let what = "what it lost cannot be kept: \(error)"
            guard error.isDiskFull else { throw .unwritable(path: configuration.journalPath, what: what) }
            throw JournalError.diskFull(path: configuration.journalPath, what: what)
          }
        })
    }
    do throws(JournalError) { return try attempt() } catch {
      guard Core.runsWithoutJournal, error.isDiskFull, DiskReserve(configuration).free() else { throw error }
      return try attempt()
    }
  }

  // MARK: Without a file

  /// What a journal that cannot be opened still lets itself be asked: its state, as far as it can be read,
  /// so that the core knows as much as possible of what it has to end.
  private static func withoutFile<Core: ActorCore>(
    _ core: inout Core, _ configuration: HostConfiguration, why: String
  ) throws(HostError) -> HostJournal<SQLiteJournalStore> {
    var why = why
    var last = CrashMarkFile.lastEpoch(in: configuration)
    var lineage = CrashMarkFile.lastLineage(in: configuration)
    var recovery = Recovery(core)
    do {
      let reader = try StoreReader.open(path: configuration.journalPath)
      last = max(last, reader.epoch)
      lineage = reader.lineage
      try recovery.rebuild(from: reader)
    } catch {
      let more = "\(error)"
      if more != why { why += "; and: \(more)" }
    }
    core = recovery.core
    let epoch = try unjournaledEpoch(above: last, configuration)
    if lineage == 0 { lineage = UInt64(clamping: Clock.wallNanos()) }
    return HostJournal(
      withoutFileAt: configuration.journalPath, lineage: lineage, epoch: epoch, recovery.host,
      why: why + "; running without a journal, in epoch \(epoch), taken from the clock")
  }

  /// An epoch that no incarnation has had, though it can be written nowhere: the second that begins next,
  /// waited for, so that not even an incarnation started at once gets it again. Only a clock that was set
  /// back could repeat one.
  private static func unjournaledEpoch(
    above last: UInt32, _ configuration: HostConfiguration
  ) throws(HostError) -> UInt32 {
    // Its orders' ids would be those of an earlier incarnation.
    guard last < .max else {
      let what = "and no epoch is left to run without it: \(last) is the last possible one"
      throw .journal(.corrupt(path: configuration.journalPath, atSequence: nil, what: what))
    }
    let second = Clock.wallNanos() / .nanosPerSecond + 1
    ProcessControl.pause(nanos: max(0, second * .nanosPerSecond - Clock.wallNanos()))
    return max(last + 1, UInt32(clamping: second))
  }
}

extension JournalError {
  /// The journal is sound, and it is not this process's to go on with.
  fileprivate var isRefusalOfTheWhole: Bool {
    switch self {
    case .heldByAnother, .otherBinding, .older: true
    default: false
    }
  }
}
