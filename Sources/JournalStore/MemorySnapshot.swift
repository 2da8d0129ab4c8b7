import Journal
import Records
import Wire

/// The body of a snapshot's frame in a `MemoryJournalStore`.
struct MemorySnapshot {
  let numbers: SnapshotNumbers
  private let core: [UInt8]
  private let host: [UInt8]

  static func encode(_ numbers: SnapshotNumbers, core: RawSpan, host: [UInt8]) -> [UInt8] {
    var buffer = ByteBuffer(capacity: core.byteCount + host.count + 40)
    buffer.append(numbers.turn)
    buffer.append(numbers.row)
    buffer.append(numbers.schemaVersion)
    buffer.append(numbers.wallNanos)
    buffer.append(UInt32(core.byteCount))
    buffer.append(core)
    buffer.append(UInt32(host.count))
    buffer.append(host)
    return buffer.bytes.copiedBytes()
  }

  /// Nil for bytes that are none.
  init?(_ bytes: RawSpan) {
    var reader = StateReader(bytes)
    do throws(TurnRefusal) {
      numbers = SnapshotNumbers(
        turn: try reader.read(), row: try reader.read(), schemaVersion: try reader.read(),
        wallNanos: try reader.read())
      core = try reader.readBytes()
      host = try reader.readBytes()
      try reader.finish()
    } catch {
      return nil
    }
  }

  /// Nil when it does not match its hash.
  func checked(
    _ chain: TurnChain, _ value: Digest, hash: Digest, damagedNewerCount: Int
  ) -> StoredSnapshot? {
    // Both arrays live through the calls.
    let (coreBytes, hostBytes) = unsafe (core.span.bytes, host.span.bytes)
    guard hash == chain.snapshotHash(numbers, chain: value, core: coreBytes, host: hostBytes) else {
      return nil
    }
    do throws(TurnRefusal) {
      return StoredSnapshot(
        turn: numbers.turn, row: numbers.row, schemaVersion: numbers.schemaVersion, coreState: core,
        hostState: try HostState(decoding: hostBytes), wallNanos: numbers.wallNanos,
        damagedNewerCount: damagedNewerCount)
    } catch {
      return nil
    }
  }
}
