/// The single row of `meta`: whose journal, which incarnation, and where its chain had got to when it was
/// last written.
struct MetaRow {
  var identity: JournalIdentity
  var durability: Durability
  var epoch: UInt32
  /// When the journal was created, ns UTC.
  var lineage: UInt64
  /// The last row known when this was written, and its chain value. Rows up to here must exist: removing them
  /// from the end, which the chain alone would not show, is found by this.
  var head: Int64
  var headChain: Digest

  static func read(from database: Database) throws(JournalError) -> MetaRow {
    let statement = try database.prepare(
      """
      SELECT colony, component, kind, schema, durability, epoch, lineage, head, head_chain, seal
      FROM meta WHERE id = 1
      """)
    func damaged(_ what: String) -> JournalError {
      .corrupt(path: database.path, atSequence: nil, what: what)
    }
    guard try statement.step() else { throw damaged("the identity row is missing") }
    guard let durability = Durability(rawValue: statement.integer(4)),
      let schema = Int32(exactly: statement.integer(3)), schema >= 1,
      let epoch = UInt32(exactly: statement.integer(5)), let chain = statement.digest(8)
    else { throw damaged("the identity row holds impossible values") }
    let identity = JournalIdentity(
      colony: statement.text(0), component: statement.text(1), kind: statement.text(2), schemaVersion: schema)
    let meta = MetaRow(
      identity: identity, durability: durability, epoch: epoch,
      lineage: UInt64(bitPattern: statement.integer(6)), head: statement.integer(7), headChain: chain)
    guard statement.integer(9) == meta.seal else { throw damaged("the identity row does not match its seal") }
    return meta
  }

  func write(to database: Database) throws(JournalError) {
    let statement = try database.prepare(
      """
      INSERT OR REPLACE INTO meta
      (id, colony, component, kind, schema, durability, epoch, lineage, head, head_chain, seal)
      VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    statement.bind(1, identity.colony)
    statement.bind(2, identity.component)
    statement.bind(3, identity.kind)
    statement.bind(4, Int64(identity.schemaVersion))
    statement.bind(5, durability.rawValue)
    statement.bind(6, Int64(epoch))
    statement.bind(7, Int64(bitPattern: lineage))
    statement.bind(8, head)
    statement.bind(10, seal)
    try unsafe headChain.withBytes { (bytes) throws(JournalError) in
      // The bytes live until `run` has returned.
      unsafe statement.bind(9, lending: bytes)
      try statement.run()
    }
  }

  private var seal: Int64 {
    var builder = DigestBuilder()
    builder.add(identity.colony)
    builder.add(identity.component)
    builder.add(identity.kind)
    builder.add(Int64(identity.schemaVersion))
    builder.add(durability.rawValue)
    builder.add(Int64(epoch))
    builder.add(Int64(bitPattern: lineage))
    builder.add(head)
    builder.add(headChain)
    return builder.finish().seal
  }
}
