import Records
import Wire

/// What a store has promised so far, kept beside it from its answers alone.
struct HistoryOracle {
  struct Snapshot: Equatable {
    var turn: UInt64
    var core: [UInt8]
    var host: HostState
  }

  let durability: Durability
  /// The turns that were acknowledged, to the byte.
  private(set) var told: [[UInt8]] = []
  /// A turn whose `append` failed: it may be stored or not.
  private(set) var inDoubt: [UInt8]?
  private var isInDoubtFlushed = true
  /// So many turns a loss of power leaves at the least.
  private(set) var sure = 0
  /// The commit mark names this turn or a later one.
  private(set) var marked = 0
  private(set) var snapshots: [Snapshot] = []
  /// One that failed may be there too.
  private(set) var snapshotInDoubt: Snapshot?
  /// Snapshots that newer ones have replaced; a loss of power or damage may take those back.
  private var superseded: [Snapshot] = []
  private(set) var host = HostState()
  var lastEpoch: UInt32 = 0

  /// What went wrong since the last opening.
  var wasKilledInside = false
  var lostPower = false

  init(durability: Durability) { self.durability = durability }

  mutating func attempt(_ bytes: [UInt8], flushing: Bool) {
    inDoubt = bytes
    isInDoubtFlushed = flushing
  }

  mutating func acknowledge() {
    guard let bytes = inDoubt else { preconditionFailure("nothing was attempted after turn \(told.count)") }
    inDoubt = nil
    told.append(bytes)
    apply(bytes)
    if durability == .process || isInDoubtFlushed { marked = told.count }
    if durability == .power, isInDoubtFlushed { sure = told.count }
  }

  mutating func attemptSnapshot(core: [UInt8]) {
    snapshotInDoubt = Snapshot(turn: UInt64(told.count), core: core, host: host)
  }

  mutating func acknowledgeSnapshot() {
    guard let snapshot = snapshotInDoubt else { preconditionFailure("no snapshot at turn \(told.count)") }
    superseded += snapshots.filter { $0.turn == snapshot.turn }
    snapshots.removeAll { $0.turn == snapshot.turn }
    snapshots.append(snapshot)
    snapshotInDoubt = nil
  }

  /// All that was told is on the disk, whatever the durability.
  mutating func noteFlushed() { sure = told.count }

  /// The store was opened with so many turns and these snapshots, which have been checked.
  mutating func noteOpened(turns: Int, snapshots found: [Snapshot]) {
    if turns > told.count { acknowledge() }
    inDoubt = nil
    if turns < told.count {
      told.removeLast(told.count - turns)
      host = HostState()
      for bytes in told { apply(bytes) }
    }
    superseded += snapshots.filter { !found.contains($0) }
    snapshots = found
    superseded.removeAll { $0.turn > UInt64(turns) }
    snapshotInDoubt = nil
    sure = turns
    marked = turns
    wasKilledInside = false
    lostPower = false
  }

  /// The turns that must be there when no byte was flipped.
  var required: Int { lostPower ? sure : told.count }

  /// Whether a snapshot that was read can be there.
  func has(_ snapshot: Snapshot, isFlipped: Bool) -> Bool {
    if snapshots.contains(snapshot) || snapshotInDoubt == snapshot { return true }
    return (lostPower || isFlipped) && superseded.contains(snapshot)
  }

  /// The bytes that turn `number` must have; nil when there can be none.
  func bytes(of number: Int) -> [UInt8]? {
    if number <= told.count { return told[number - 1] }
    return number == told.count + 1 ? inDoubt : nil
  }

  private mutating func apply(_ bytes: [UInt8]) {
    do throws(TurnRefusal) {
      // The array lives through the calls.
      try host.apply(try TurnView(unsafe bytes.span.bytes))
    } catch {
      preconditionFailure("a turn of the history cannot be applied: \(error)")
    }
  }
}
