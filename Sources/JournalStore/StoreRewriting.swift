import Journal
import Records

/// Writes what a former journal holds into a new store's file, and compares the two.
struct StoreRewriting {
  let reader: JournalReader
  let draft: String
  let unboundBinding: (mode: String, account: String)?
  let files: any JournalFiles

  struct Written {
    let mark: CommitMark
    let state: HostState
    let snapshots: Int
  }

  /// Bound: facts of one turn; those of one time and incarnation were one turn.
  private static let maxFacts = 4_096
  private static let maxTurnBytes = 8 << 20

  func run() throws(JournalError) -> Written {
    let identity = bound(reader.identity)
    try StoreCreation(
      path: draft, identity: identity, durability: reader.durability, epoch: reader.epoch,
      lineage: reader.lineage, files: files
    ).run()
    let database = try Database(path: draft, access: .existing)
    try database.execute("PRAGMA locking_mode = EXCLUSIVE")
    try database.execute("PRAGMA synchronous = FULL")
    var meta = try StoreMeta.read(from: database)
    var writer = StoreTurnWriter(
      statements: try StoreStatements.prepare(database),
      chain: TurnChain(of: meta.identity, fileID: meta.fileID))
    let snapshots = try reader.snapshots()
    try database.write("BEGIN IMMEDIATE")
    try write(snapshots, with: &writer)
    let state = try writeState(with: &writer)
    meta.head = writer.lastTurn
    meta.headChain = writer.value
    try meta.write(to: database, writer.chain)
    try database.write("COMMIT")
    try database.checkpoint(truncating: true)
    try compare(state, StoreContents(database: database, chain: writer.chain), meta)
    return Written(
      mark: CommitMark(
        fileID: meta.fileID, turn: writer.lastTurn, chain: writer.value, epoch: meta.epoch,
        boot: try files.boot()),
      state: state, snapshots: snapshots.count)
  }

  private func bound(_ identity: JournalIdentity) -> JournalIdentity {
    guard identity.mode.isEmpty, identity.account.isEmpty, let unboundBinding else { return identity }
    return JournalIdentity(
      colony: identity.colony, component: identity.component, kind: identity.kind,
      schemaVersion: identity.schemaVersion, mode: unboundBinding.mode, account: unboundBinding.account)
  }

  /// A turn ends where the time or the incarnation changes, and where a snapshot was taken.
  private func write(
    _ snapshots: [JournalSnapshot], with writer: inout StoreTurnWriter
  ) throws(JournalError) {
    var rest = snapshots[...]
    func saveDue() throws(JournalError) {
      while let next = rest.first, next.sequence == writer.lastRow {
        rest.removeFirst()
        // Marks and messages are known at the end only, in the turn that comes after all facts.
        try writer.save(next)
      }
    }
    var open: (epoch: UInt32, atNanos: Int64)?
    try saveDue()
    try reader.forEachRow { (row, body) throws(JournalError) in
      if let turn = open,
        turn != (row.epoch, row.atNanos) || rest.first?.sequence == row.sequence - 1
          || writer.record.factCount == Self.maxFacts || writer.record.bytes.byteCount > Self.maxTurnBytes
      {
        try writer.append()
        try saveDue()
        open = nil
      }
      if open == nil {
        writer.begin(epoch: row.epoch, atNanos: row.atNanos)
        open = (row.epoch, row.atNanos)
      }
      writer.record.addFact(
        kind: row.kind, correlation: (row.correlationHigh, row.correlationLow), body: body)
    }
    if open != nil { try writer.append() }
    try saveDue()
  }

  /// The marks and messages, as a turn of their own.
  private func writeState(with writer: inout StoreTurnWriter) throws(JournalError) -> HostState {
    var state = HostState()
    writer.begin(epoch: reader.epoch, atNanos: writer.lastNanos)
    for mark in try reader.marks() { writer.record.setMark(mark) }
    for session in try reader.outboxSessions() {
      guard let peer = UInt16(exactly: session) else {
        throw .corrupt(path: reader.path, atSequence: nil, what: "an outbox of component \(session)")
      }
      try reader.forEachOutboxMessage(session: session) { (key, frame) throws(JournalError) in
        writer.record.addMessage(peer: peer, key: key, frame: frame)
      }
    }
    do throws(TurnRefusal) { try state.apply(try TurnView(writer.record.bytes)) } catch {
      throw .corrupt(path: reader.path, atSequence: nil, what: "its marks and messages: \(error)")
    }
    if !writer.record.isEmpty { try writer.append() }
    return state
  }

  /// Reads the new file whole, beside the former one.
  private func compare(
    _ state: HostState, _ contents: StoreContents, _ meta: StoreMeta
  ) throws(JournalError) {
    try contents.verify(meta)
    var row: Int64 = 0
    var found = HostState()
    try contents.visitTurns(after: 0, through: meta.head) { (view) throws(JournalError) in
      var bodies: [(JournalRow, [UInt8])] = []
      view.forEachFact { bodies.append(($0, $1.copiedBytes())) }
      try reader.forEachRow(after: row, limit: bodies.count) { (former, body) throws(JournalError) in
        let new = bodies[Int(former.sequence - view.firstRow)]
        guard new.0 == former, body.equals(new.1) else { throw different(former.sequence) }
        row = former.sequence
      }
      do throws(TurnRefusal) { try found.apply(view) } catch { throw different(row) }
      return true
    }
    guard row == reader.lastSequence, found == state, meta.lineage == reader.lineage,
      meta.epoch == reader.epoch
    else { throw different(row + 1) }
  }

  private func different(_ row: Int64) -> JournalError {
    .corrupt(path: draft, atSequence: row, what: "the converted journal differs from its source")
  }
}
