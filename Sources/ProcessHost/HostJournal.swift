import ActorKit
import HostKit
import Journal

/// A component's journal as its host uses it: the file or, for a core that runs without one, nothing.
///
/// Without a file a turn stores nothing. Impaired means that the core is told
/// `journalImpaired`: the file is missing, or what it says cannot be trusted.
struct HostJournal: ~Copyable {
  let path: String
  /// This incarnation, above all earlier ones.
  let epoch: UInt32
  /// Tells journals apart (`Journal.lineage`); of one that cannot be read, what was last known of it.
  let lineage: UInt64
  /// Why the journal cannot be trusted or written; nil for a sound one.
  private(set) var impairment: String?

  private var file: Journal?

  init(_ file: consuming Journal) {
    path = file.path
    epoch = file.epoch
    lineage = file.lineage
    self.file = consume file
  }

  /// Without a file.
  init(withoutFileAt path: String, lineage: UInt64, epoch: UInt32, why: String) {
    self.path = path
    self.lineage = lineage
    self.epoch = epoch
    impairment = why
    file = nil
  }

  /// The first reason is the one to tell: later ones follow from it.
  mutating func impair(why: String) {
    if impairment == nil { impairment = why }
  }

  var isImpaired: Bool { impairment != nil }

  /// What the host must know of it.
  var standing: JournalStanding {
    JournalStanding(
      epoch: epoch, lineage: lineage, isStored: isStored, lastRow: lastSequence, impairment: impairment)
  }
  var lastSequence: Int64 {
    switch file {
    case .some(let file): file.lastSequence
    case .none: 0
    }
  }
  var needsCheckpoint: Bool {
    switch file {
    case .some(let file): file.needsCheckpoint
    case .none: false
    }
  }
  /// Whether turns are stored at all.
  var isStored: Bool {
    switch file {
    case .some: true
    case .none: false
    }
  }
}

// MARK: - A turn

extension HostJournal {
  mutating func begin() throws(JournalError) { try file?.begin() }

  mutating func append(
    kind: UInt16, atNanos: Int64, correlation: Correlation, body: borrowing RawSpan
  ) throws(JournalError) {
    _ = try file?.append(
      kind: kind, atNanos: atNanos, correlation: (correlation.high, correlation.low), body: body)
  }

  mutating func setMark(
    peer: UInt16, lane: UInt8, _ progress: SessionEndpoint.Progress
  ) throws(JournalError) {
    try file?.setMark(
      peer: peer, lane: lane, lineage: progress.peer.lineage, epoch: progress.peer.epoch,
      sequence: progress.sequence)
  }

  mutating func appendOutbox(peer: UInt16, key: UInt64, body: borrowing RawSpan) throws(JournalError) {
    try file?.appendOutbox(session: UInt32(peer), sequence: key, body: body)
  }

  mutating func acknowledgeOutbox(peer: UInt16, through key: UInt64) throws(JournalError) {
    try file?.acknowledgeOutbox(session: UInt32(peer), through: key)
  }

  mutating func commit() throws(JournalError) { try file?.commit() }

  mutating func saveSnapshot(state: borrowing RawSpan, atNanos: Int64) throws(JournalError) {
    let sequence = lastSequence
    try file?.saveSnapshot(state: state, atSequence: sequence, atNanos: atNanos)
  }

  mutating func checkpoint() throws(JournalError) { try file?.checkpoint() }

  /// Tidies up and gives the lock back; nothing is stored after that. With it goes an unreadable end of the
  /// log, which would be found again and again.
  mutating func close() throws(JournalError) {
    guard let open = file.take() else { return }
    try open.close()
  }
}

// MARK: - Reading

extension HostJournal: FactSource {
  func validSnapshots(atMost limit: Int) throws(JournalError) -> [JournalSnapshot] {
    try file?.validSnapshots(atMost: limit) ?? []
  }

  func checkTail() throws(JournalError) { try file?.checkTail() }

  func forEachRow(
    after: Int64, limit: Int, _ body: (JournalRow, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) -> Int64 {
    try file?.forEachRow(after: after, limit: limit, body) ?? after
  }

  func marks() throws(JournalError) -> [JournalMark] { try file?.marks() ?? [] }

  /// A session's durable messages that had not been acknowledged, oldest first.
  func forEachOutboxMessage(
    peer: UInt16, _ body: (UInt64, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) {
    try file?.forEachOutboxMessage(session: UInt32(peer), body)
  }
}

/// Where a core's snapshots and facts are read from: its open journal, or one that can only be read.
protocol FactSource: ~Copyable {
  var path: String { get }
  func validSnapshots(atMost limit: Int) throws(JournalError) -> [JournalSnapshot]
  func checkTail() throws(JournalError)
  @discardableResult
  func forEachRow(
    after: Int64, limit: Int, _ body: (JournalRow, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) -> Int64
}

extension JournalReader: FactSource {}
