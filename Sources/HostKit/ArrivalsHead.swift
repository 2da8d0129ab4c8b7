import ActorKit
import Records
import Wire

/// What a rerun must know of an incarnation besides its inputs: whose it was, where its journal stood, and
/// which state it began with.
package struct ArrivalsHead {
  /// Version of the messages and facts it was written with.
  package var schemaVersion: Int32
  package var identity: HostIdentity
  package var journal: JournalStanding
  package var hasDevice: Bool
  /// The first market time of its device; nil where that is not recorded, or there is none.
  package var firstMarketNanos: Int64?
  /// When the host was made, boot clock.
  package var bootNanos: Int64
  /// A number of the core's and the host's state at the start; the chain of hashes begins with it.
  package var state: UInt64

  fileprivate init(
    identity: HostIdentity, journal: JournalStanding, device: DeviceStanding, bootNanos: Int64, state: UInt64
  ) {
    schemaVersion = Int32(WireSchema.version)
    self.identity = identity
    self.journal = journal
    hasDevice = device.isAttached
    firstMarketNanos = device.firstMarketNanos
    self.bootNanos = bootNanos
    self.state = state
  }

  package init(_ reader: inout SnapshotReader) throws(RestoreError) {
    schemaVersion = try reader.read()
    let (name, number) = (try reader.readString(), try reader.read(UInt16.self))
    let colony = ColonyName(colony: try Self.readName(&reader), run: try Self.readName(&reader))
    identity = HostIdentity(
      name: name, number: number, colony: colony, build: try Self.readName(&reader),
      processID: try reader.read())
    let (epoch, lineage) = (try reader.read(UInt32.self), try reader.read(UInt64.self))
    let (isStored, turn) = (try reader.read(Bool.self), try reader.read(UInt64.self))
    let row: Int64 = try reader.read()
    let impairment = try reader.read(Bool.self) ? try reader.readString() : nil
    guard turn <= UInt64(Int64.max), row >= 0, row < .max else { throw .invalid("turn \(turn), row \(row)") }
    journal = JournalStanding(
      epoch: epoch, lineage: lineage, isStored: isStored, lastTurn: turn, lastRow: row,
      impairment: impairment, cutTurns: try reader.read())
    hasDevice = try reader.read()
    firstMarketNanos = try reader.readOptional()
    bootNanos = try reader.read()
    state = try reader.read()
  }

  private static func readName(_ reader: inout SnapshotReader) throws(RestoreError) -> NameText {
    let text = try reader.readString()
    guard let name = NameText(text) else { throw .invalid("a name that is none: \(text)") }
    return name
  }

  package var bytes: [UInt8] {
    var writer = SnapshotWriter()
    writer.write(schemaVersion)
    writer.write(identity.name)
    writer.write(identity.number)
    for name in [identity.colony.colony, identity.colony.run, identity.build] { writer.write("\(name)") }
    writer.write(identity.processID)
    writer.write(journal.epoch)
    writer.write(journal.lineage)
    writer.write(journal.isStored)
    writer.write(journal.lastTurn)
    writer.write(journal.lastRow)
    writer.write(journal.impairment != nil)
    if let why = journal.impairment { writer.write(why) }
    writer.write(journal.cutTurns)
    writer.write(hasDevice)
    writer.write(firstMarketNanos)
    writer.write(bootNanos)
    writer.write(state)
    return writer.bytes
  }
}

extension HostCore {
  /// From now on everything that is given to this host is kept (`takeKept`). Before the first turn; what is
  /// answered stands at the head of the kept turns. `recovered` is the state that the host was made with.
  package mutating func keepInputs(recovered: HostState, atBootNanos now: Int64) -> ArrivalsHead {
    let state = Self.stateHash(core, recovered)
    kept.begin(chain: state)
    return ArrivalsHead(
      identity: identity, journal: journal, device: device, bootNanos: now, state: state)
  }

  static func stateHash(_ core: Core, _ recovered: HostState) -> UInt64 {
    var writer = SnapshotWriter()
    core.save(into: &writer)
    var state = ByteHash()
    state.add(writer.bytes.span.bytes)
    state.add(recovered.encoded().span.bytes)
    return state.value
  }

  /// Nothing is kept any more.
  package mutating func stopKeeping() { kept = KeptInputs() }

  /// What was kept since the last call: one turn, when it is called after each.
  package mutating func takeKept() -> [UInt8] { kept.take() }
}
