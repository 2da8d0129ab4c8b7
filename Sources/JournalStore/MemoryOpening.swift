import Journal
import Records
import Wire

/// The steps of opening a store on a simulated disk; the same as of `StoreOpening`.
struct MemoryOpening {
  let path: String
  let drive: DiskDrive
  let identity: JournalIdentity
  let durability: Durability
  let floor: UInt32
  let wallNanos: Int64

  struct Opened: ~Copyable {
    let file: Int
    let head: MemoryHead
    let scan: MemoryScan
    let end: Int
    let recovery: StoreRecovery
    let mark: MarkKeeper
  }

  func run() throws(JournalError) -> Opened {
    try createIfMissing()
    guard let file = drive.disk.file(path) else { throw .missing(path: path) }
    let content = drive.disk.content(of: file)
    // The array lives through the call.
    guard let scan = MemoryScan(unsafe content.span.bytes) else {
      throw .corrupt(path: path, atSequence: nil, what: "the identity cannot be read")
    }
    try checkOwner(scan.head)
    let markFile = try drive.openMark(markPath(of: path))
    let found = CommitMark.newest(in: try markFile.read())
    let judgement = TailJudgement(
      path: path, durability: scan.head.durability, fileID: scan.head.fileID, boot: drive.boot,
      lastTurn: scan.lastTurn, unreadable: scan.unreadable)
    let recovery = try judgement.judge(found) { (turn) throws(JournalError) in scan.chainValues[Int(turn)] }
    var head = scan.head
    head.identity = identity
    head.durability = durability
    head.epoch = try NextEpoch.after(max(scan.head.epoch, floor, found.epoch), of: identity, path: path)
    let end = try write(head, scan, to: file)
    let mark = try MarkKeeper.start(
      markFile,
      CommitMark(
        fileID: head.fileID, turn: scan.lastTurn, chain: scan.chainValue, epoch: head.epoch,
        boot: judgement.boot),
      durability: durability)
    return Opened(file: file, head: head, scan: scan, end: end, recovery: recovery, mark: mark)
  }

  private func createIfMissing() throws(JournalError) {
    guard drive.disk.file(path) == nil else { return }
    guard drive.disk.file(markPath(of: path)) == nil else {
      throw .corrupt(
        path: path, atSequence: nil, what: "the main file is gone, \(markPath(of: path)) is not")
    }
    let head = MemoryHead(
      identity: identity, durability: durability, epoch: 0, lineage: UInt64(max(1, wallNanos)),
      fileID: drive.disk.nextID())
    let draft = path + ".new"
    drive.disk.remove(draft)
    do throws(SimulatedDisk.Trouble) {
      try append(head, TurnChain(of: identity, fileID: head.fileID), to: try drive.disk.make(draft), at: 0)
      guard drive.disk.rename(draft, to: path) else { throw .stopped }
    } catch {
      throw error.journalError(path, "creating")
    }
  }

  private func checkOwner(_ head: MemoryHead) throws(JournalError) {
    guard head.identity.isSameOwner(as: identity) else {
      throw .foreign(path: path, found: head.identity, expected: identity)
    }
    let (found, known) = (Int(head.identity.schemaVersion), Int(identity.schemaVersion))
    guard found <= known else { throw .newer(path: path, what: "schema", found: found, supported: known) }
    guard found == known else { throw .older(path: path, what: "schema", found: found, supported: known) }
    guard head.identity.isSameBinding(as: identity) else {
      throw .otherBinding(path: path, found: head.identity, expected: identity)
    }
  }

  /// Cuts off what cannot be read and begins the epoch, both on the disk when it returns.
  private func write(_ head: MemoryHead, _ scan: MemoryScan, to file: Int) throws(JournalError) -> Int {
    do throws(SimulatedDisk.Trouble) {
      try drive.disk.truncate(file, to: scan.end)
      return try append(head, scan.chain, to: file, at: scan.end)
    } catch {
      throw error.journalError(path, "beginning an epoch")
    }
  }

  @discardableResult
  private func append(
    _ head: MemoryHead, _ chain: TurnChain, to file: Int, at offset: Int
  ) throws(SimulatedDisk.Trouble) -> Int {
    let body = head.encoded()
    var buffer = ByteBuffer(capacity: 512)
    // The array lives through the call.
    let bytes = unsafe body.span.bytes
    MemoryFrame.append(.opening, at: offset, body: bytes, hash: head.hash(chain), to: &buffer)
    try drive.disk.write(buffer.bytes, to: file, at: offset)
    try drive.disk.flush(file)
    return offset + buffer.count
  }
}
