import Journal
import Records
import Wire

/// The single row of `meta`: whose journal, which incarnation, and where its chain had got to when it was
/// last written.
struct StoreMeta {
  var identity: JournalIdentity
  var fileID: FileID
  var durability: Durability
  var epoch: UInt32
  /// When the journal was created, ns UTC.
  var lineage: UInt64
  /// The last turn known when this was written, and its chain value. Turns up to here must exist.
  var head: UInt64
  var headChain: Digest

  static func read(from database: Database) throws(JournalError) -> StoreMeta {
    let statement = try database.prepare(
      """
      SELECT format, file_id, colony, component, kind, mode, account, schema, durability, epoch, lineage,
      head, head_chain, seal FROM meta WHERE id = 1
      """)
    func damaged(_ what: String) -> JournalError {
      .corrupt(path: database.path, atSequence: nil, what: what)
    }
    guard try statement.step() else { throw damaged("the identity row is missing") }
    // The blob's bytes live until the statement steps again.
    guard statement.integer(0) == StoreLayout.format,
      let fileID = unsafe FileID(statement.bytes(1).bytes),
      let schema = Int32(exactly: statement.integer(7)), schema >= 1,
      let durability = Durability(rawValue: statement.integer(8)),
      let epoch = UInt32(exactly: statement.integer(9)), let head = UInt64(exactly: statement.integer(11)),
      let chain = statement.digest(12), let seal = statement.digest(13)
    else { throw damaged("the identity row holds impossible values") }
    let identity = JournalIdentity(
      colony: statement.text(2), component: statement.text(3), kind: statement.text(4), schemaVersion: schema,
      mode: statement.text(5), account: statement.text(6))
    let meta = StoreMeta(
      identity: identity, fileID: fileID, durability: durability, epoch: epoch,
      lineage: UInt64(bitPattern: statement.integer(10)), head: head, headChain: chain)
    guard seal == meta.seal(TurnChain(of: identity, fileID: fileID)) else {
      throw damaged("the identity row does not match its seal")
    }
    return meta
  }

  func write(to database: Database, _ chain: TurnChain) throws(JournalError) {
    let statement = try database.prepare(
      """
      INSERT OR REPLACE INTO meta
      (id, format, colony, component, kind, mode, account, schema, durability, epoch, lineage, head,
      file_id, head_chain, seal)
      VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    statement.bind(1, StoreLayout.format)
    statement.bind(2, identity.colony)
    statement.bind(3, identity.component)
    statement.bind(4, identity.kind)
    statement.bind(5, identity.mode)
    statement.bind(6, identity.account)
    statement.bind(7, Int64(identity.schemaVersion))
    statement.bind(8, durability.rawValue)
    statement.bind(9, Int64(epoch))
    statement.bind(10, Int64(bitPattern: lineage))
    statement.bind(11, Int64(head))
    var id = ByteBuffer(capacity: FileID.byteCount)
    fileID.append(to: &id)
    // All three blobs live until `run` has returned.
    try unsafe id.bytes.withUnsafeBytes { (idBytes) throws(JournalError) in
      unsafe statement.bind(12, lending: idBytes)
      try unsafe headChain.withBytes { (chainBytes) throws(JournalError) in
        unsafe statement.bind(13, lending: chainBytes)
        try unsafe seal(chain).withBytes { (sealBytes) throws(JournalError) in
          unsafe statement.bind(14, lending: sealBytes)
          try statement.run()
        }
      }
    }
  }

  private func seal(_ chain: TurnChain) -> Digest {
    chain.seal { hash in
      hash.add(identity.mode)
      hash.add(identity.account)
      hash.add(UInt64(bitPattern: Int64(identity.schemaVersion)))
      hash.add(UInt64(bitPattern: durability.rawValue))
      hash.add(UInt64(epoch))
      hash.add(lineage)
      hash.add(head)
      hash.add(headChain)
    }
  }
}
