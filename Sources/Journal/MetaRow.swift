/// The single row of `meta`: whose journal, which incarnation, and where its chain had got to when it was
/// last written.
package struct MetaRow {
  var identity: JournalIdentity
  var durability: Durability
  var epoch: UInt32
  /// When the journal was created, ns UTC.
  var lineage: UInt64
  /// The last row known when this was written, and its chain value. Rows up to here must exist: removing them
  /// from the end, which the chain alone would not show, is found by this.
  var head: Int64
  var headChain: Digest

  package static func read(from database: Database) throws(JournalError) -> MetaRow {
    let isBound = try database.integer("PRAGMA user_version") ?? 0 > JournalLayout.unboundVersion
    let statement = try database.prepare(
      """
      SELECT colony, component, kind, schema, durability, epoch, head, head_chain, seal
      \(isBound ? ", lineage, mode, account" : "") FROM meta WHERE id = 1
      """)
    func damaged(_ what: String) -> JournalError {
      .corrupt(path: database.path, atSequence: nil, what: what)
    }
    guard try statement.step() else { throw damaged("the identity row is missing") }
    guard let durability = Durability(rawValue: statement.integer(4)),
      let schema = Int32(exactly: statement.integer(3)), schema >= 1,
      let epoch = UInt32(exactly: statement.integer(5)), let chain = statement.digest(7)
    else { throw damaged("the identity row holds impossible values") }
    let identity = JournalIdentity(
      colony: statement.text(0), component: statement.text(1), kind: statement.text(2), schemaVersion: schema,
      mode: isBound ? statement.text(10) : "", account: isBound ? statement.text(11) : "")
    let meta = MetaRow(
      identity: identity, durability: durability, epoch: epoch,
      lineage: isBound ? UInt64(bitPattern: statement.integer(9)) : 0, head: statement.integer(6),
      headChain: chain)
    guard statement.integer(8) == meta.seal(isBound: isBound) else {
      throw damaged("the identity row does not match its seal")
    }
    return meta
  }

  func write(to database: Database) throws(JournalError) {
    let statement = try database.prepare(
      """
      INSERT OR REPLACE INTO meta
      (id, colony, component, kind, schema, durability, epoch, head, head_chain, seal, lineage, mode, account)
      VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    statement.bind(1, identity.colony)
    statement.bind(2, identity.component)
    statement.bind(3, identity.kind)
    statement.bind(4, Int64(identity.schemaVersion))
    statement.bind(5, durability.rawValue)
    statement.bind(6, Int64(epoch))
    statement.bind(7, head)
    statement.bind(9, seal(isBound: true))
    statement.bind(10, Int64(bitPattern: lineage))
    statement.bind(11, identity.mode)
    statement.bind(12, identity.account)
    try unsafe headChain.withBytes { (bytes) throws(JournalError) in
      // The bytes live until `run` has returned.
      unsafe statement.bind(8, lending: bytes)
      try statement.run()
    }
  }

  package func seal(isBound: Bool) -> Int64 {
    var builder = DigestBuilder()
    builder.add(identity.colony)
    builder.add(identity.component)
    builder.add(identity.kind)
    builder.add(Int64(identity.schemaVersion))
    builder.add(durability.rawValue)
    builder.add(Int64(epoch))
    builder.add(head)
    builder.add(headChain)
    if isBound {
      builder.add(Int64(bitPattern: lineage))
      builder.add(identity.mode)
      builder.add(identity.account)
    }
    return builder.finish().seal
  }
}
