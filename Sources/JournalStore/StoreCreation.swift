import Glibc
import Journal
import Records

/// Makes a store's file with nothing in it, on the disk when `run` has returned.
struct StoreCreation {
  let path: String
  let identity: JournalIdentity
  let durability: Durability
  /// No incarnation up to this one will come.
  let epoch: UInt32
  /// That of a journal whose history this one takes over; nil begins a new one.
  var lineage: UInt64?
  let files: any JournalFiles

  func run() throws(JournalError) {
    let database = try Database(path: path, access: .create, vfs: files.vfs)
    // The log's index then needs no shared memory.
    try database.execute("PRAGMA locking_mode = EXCLUSIVE")
    try database.execute("PRAGMA synchronous = FULL")
    try database.execute("BEGIN IMMEDIATE")
    try database.execute(StoreLayout.creation)
    let fileID = FileID.random()
    let chain = TurnChain(of: identity, fileID: fileID)
    let meta = StoreMeta(
      identity: identity, fileID: fileID, durability: durability, epoch: epoch,
      lineage: lineage ?? Self.wallNanos(), head: 0, headChain: chain.genesis)
    try meta.write(to: database, chain)
    try database.execute("COMMIT")
    try database.execute("PRAGMA journal_mode = WAL")
  }

  /// The wall clock, ns UTC: two journals are never created in the same nanosecond.
  private static func wallNanos() -> UInt64 {
    var now = timespec()
    // C writes the struct and keeps nothing of it.
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return UInt64(max(0, now.tv_sec)) * 1_000_000_000 + UInt64(max(0, now.tv_nsec))
  }
}
