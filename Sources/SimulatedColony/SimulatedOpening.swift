import ActorKit
import HostKit
import JournalStore
import Records

/// Opens a program's journal on its simulated disk and has its core rebuilt: the rules of `JournalOpening`,
/// without files.
struct SimulatedOpening {
  let seat: ProgramSeat
  let drive: DiskDrive
  let marks: SimulatedCrashMarks
  let wallNanos: Int64

  func run<Core: ActorCore>(_ core: inout Core) throws(ProgramEnd) -> HostJournal<MemoryJournalStore> {
    let store: MemoryJournalStore
    do throws(JournalError) { store = try open(drive, above: marks.lastEpoch) } catch {
      guard Core.runsWithoutJournal, !drive.disk.isStopped else { throw ended(error) }
      return withoutFile(&core, why: "\(error)")
    }
    var recovery = Recovery(core)
    var trouble: String?
    do throws(RecoveryError) { try recovery.rebuild(from: store) } catch {
      guard Core.runsWithoutJournal else { throw .exited(code: Self.environment, "\(error)") }
      trouble = "\(error)"
    }
    core = recovery.core
    var journal = HostJournal(store, recovery.host)
    marks.keep(lineage: journal.lineage)
    if let trouble { journal.impair(why: trouble) }
    guard Core.runsWithoutJournal else { return journal }
    if let found = journal.found, found.mayHaveBeenTold {
      marks.cutTurns = UInt32(clamping: max(found.cutTurns, Int(marks.cutTurns), 1))
    }
    journal.cutTurns = marks.cutTurns
    return journal
  }

  private func open(_ drive: DiskDrive, above floor: UInt32) throws(JournalError) -> MemoryJournalStore {
    try MemoryJournalStore.open(
      path: seat.path, on: drive, identity: seat.journal, durability: seat.durability, above: floor,
      wallNanos: wallNanos)
  }

  private func ended(_ error: JournalError) -> ProgramEnd {
    drive.disk.isStopped ? .killed : .exited(code: Self.environment, "\(error)")
  }

  /// A disk that cannot be written can still be read: so the core knows what it has to end.
  private func withoutFile<Core: ActorCore>(
    _ core: inout Core, why: String
  ) -> HostJournal<MemoryJournalStore> {
    var copy = drive.disk
    copy.capacityBytes = .max
    var recovery = Recovery(core)
    var last = marks.lastEpoch
    do {
      let store = try open(DiskDrive(copy), above: 0)
      last = max(last, store.epoch - 1)
      try recovery.rebuild(from: store)
    } catch {
      // What could be read until then is what it knows.
    }
    core = recovery.core
    let second = UInt32(clamping: wallNanos / .nanosPerSecond + 1)
    return HostJournal(
      withoutFileAt: seat.path, lineage: marks.lastLineage, epoch: max(last + 1, second), recovery.host,
      why: why)
  }

  /// As `Topology.ExitCode.environment`: sysexits' EX_IOERR.
  static let environment: Int32 = 74
}
