import ActorKit
import HostKit
import Journal
import Platform
import Wire

/// Opens a component's journal and rebuilds its core: newest valid snapshot, then the facts after it.
///
/// It checks itself: the facts between the two newest snapshots must lead from the one to the other, or the
/// program does not reproduce its own state. Trouble with the journal ends the process, except for a core
/// that can end things without one (`ActorCore.runsWithoutJournal`): that one gets what could be read, and is
/// told. A lock held by another is no such trouble but a fence, and a journal of another mode, account or
/// version is a mistake of who started this: both always end the process.
enum Recovery {
  /// Opens the journal, which is also the component's lock, and thereby begins a new epoch; rebuilds the core
  /// from it.
  static func run<Core: ActorCore>(
    _ core: inout Core, _ configuration: HostConfiguration
  ) throws(HostError) -> HostJournal {
    let file: Journal
    do throws(JournalError) { file = try open(configuration, Core.self) } catch {
      guard !error.isRefusalOfTheWhole else { throw .journal(error) }
      guard Core.runsWithoutJournal else { throw .journal(error) }
      return try withoutFile(&core, configuration, why: "\(error)")
    }
    let unreadableTurns = file.unreadableTurns
    var journal = HostJournal(file)
    do throws(HostError) { try rebuild(&core, from: journal) } catch {
      guard Core.runsWithoutJournal else { throw error }
      journal.impair(why: "\(error)")
    }
    guard Core.runsWithoutJournal else { return journal }
    // One is what a kill inside a commit leaves, and nobody was told of it.
    if unreadableTurns > 1 {
      journal.impair(
        why: "journal \(journal.path): \(unreadableTurns) turns at its end cannot be read; compare with the"
          + " venue, then stop the component in good order and start it again")
    }
    do throws(FileError) { try DiskReserve(configuration).make() } catch {
      let trouble = error.isDiskFull ? "disk full" : "no disk reserve"
      journal.impair(why: "\(trouble): \(error); make room for it, then restart")
    }
    return journal
  }

  private static func open<Core: ActorCore>(
    _ configuration: HostConfiguration, _ kind: Core.Type
  ) throws(JournalError) -> Journal {
    let identity = JournalIdentity(
      colony: configuration.colony, component: configuration.name, kind: "\(Core.kind)",
      schemaVersion: Int32(WireSchema.version), mode: configuration.mode, account: configuration.account)
    let floor = CrashMarkFile.lastUnjournaledEpoch(in: configuration)
    func attempt() throws(JournalError) -> Journal {
      try Journal.open(
        path: configuration.journalPath, identity: identity, durability: configuration.durability,
        above: floor)
    }
    do throws(JournalError) { return try attempt() } catch {
      guard Core.runsWithoutJournal, error.isDiskFull, DiskReserve(configuration).free() else { throw error }
      return try attempt()
    }
  }
}

// MARK: - Sessions

extension Recovery {
  /// What the journal says of sessions. For a core that runs without a journal, what cannot be read impairs
  /// it instead.
  static func sessions(
    of configuration: HostConfiguration, _ journal: inout HostJournal, canDoWithout: Bool
  ) throws(HostError) -> RecoveredSessions {
    var sessions = RecoveredSessions()
    do throws(JournalError) {
      sessions.marks = try journal.marks().map { mark in
        let peer = PeerIdentity(lineage: mark.lineage, epoch: mark.epoch)
        return (mark.peer, SessionEndpoint.Progress(peer: peer, sequence: mark.sequence))
      }
      for peer in configuration.wiring.sessionPeers {
        try journal.forEachOutboxMessage(peer: peer) { key, frame in
          sessions.outbox.append(
            RecoveredSessions.Message(peer: peer, key: key, frame: frame.copiedBytes()))
        }
      }
    } catch {
      guard canDoWithout else { throw .journal(error) }
      journal.impair(why: "\(error)")
    }
    return sessions
  }
}

// MARK: - Without a file

extension Recovery {
  /// What a journal that cannot be opened still lets itself be asked: its state, as far as it can be read,
  /// so that the core knows as much as possible of what it has to end.
  private static func withoutFile<Core: ActorCore>(
    _ core: inout Core, _ configuration: HostConfiguration, why: String
  ) throws(HostError) -> HostJournal {
    var why = why
    var last = CrashMarkFile.lastUnjournaledEpoch(in: configuration)
    var lineage = CrashMarkFile.lastLineage(in: configuration)
    do {
      let reader = try JournalReader.open(path: configuration.journalPath)
      last = max(last, reader.epoch)
      lineage = reader.lineage
      try rebuild(&core, from: reader)
    } catch {
      let more = "\(error)"
      if more != why { why += "; and: \(more)" }
    }
    let epoch = try unjournaledEpoch(above: last, configuration)
    if lineage == 0 { lineage = UInt64(clamping: Clock.wallNanos()) }
    return HostJournal(
      withoutFileAt: configuration.journalPath, lineage: lineage, epoch: epoch,
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

// MARK: - The state

extension Recovery {
  /// Leaves in `core` what could be read, also when it throws.
  static func rebuild<Core: ActorCore, Source: FactSource & ~Copyable>(
    _ core: inout Core, from source: borrowing Source
  ) throws(HostError) {
    let blank = core
    let snapshots: [JournalSnapshot]
    do throws(JournalError) { snapshots = try source.validSnapshots(atMost: 2) } catch {
      throw .journal(error)
    }
    if let newest = snapshots.first { try load(newest, into: &core, path: source.path) }
    try apply(source, after: snapshots.first?.sequence ?? 0, limit: .max, to: &core)
    if snapshots.count == 2 { try check(snapshots[1], snapshots[0], source, blank) }
    do throws(JournalError) { try source.checkTail() } catch { throw .journal(error) }
  }

  /// The facts between two snapshots must lead from the older to the newer, byte for byte. A state saved by
  /// an older schema is compared as this one would save it.
  private static func check<Core: ActorCore, Source: FactSource & ~Copyable>(
    _ older: JournalSnapshot, _ newer: JournalSnapshot, _ source: borrowing Source, _ blank: Core
  ) throws(HostError) {
    var replayed = blank
    try load(older, into: &replayed, path: source.path)
    try apply(source, after: older.sequence, limit: Int(newer.sequence - older.sequence), to: &replayed)
    let state = saved(replayed)
    if state == newer.state { return }
    if newer.schemaVersion < Int32(WireSchema.version) {
      var stored = blank
      try load(newer, into: &stored, path: source.path)
      if state == saved(stored) { return }
    }
    throw .notReproduced(from: older.sequence, to: newer.sequence, path: source.path)
  }

  private static func saved<Core: ActorCore>(_ core: Core) -> [UInt8] {
    var writer = SnapshotWriter()
    core.save(into: &writer)
    return writer.bytes
  }

  private static func load<Core: ActorCore>(
    _ snapshot: JournalSnapshot, into core: inout Core, path: String
  ) throws(HostError) {
    // A state that is refused half-way must leave no half behind.
    var restored = core
    var reader = SnapshotReader(snapshot.state)
    do throws(RestoreError) {
      try restored.restore(from: &reader)
      try reader.finish()
    } catch {
      throw .restore(error, row: snapshot.sequence, path: path)
    }
    core = restored
  }

  private static func apply<Core: ActorCore, Source: FactSource & ~Copyable>(
    _ source: borrowing Source, after: Int64, limit: Int, to core: inout Core
  ) throws(HostError) {
    var failure: HostError?
    let path = source.path
    do throws(JournalError) {
      try source.forEachRow(after: after, limit: limit) { row, body in
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
    } catch {
      throw .journal(error)
    }
    if let failure { throw failure }
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
