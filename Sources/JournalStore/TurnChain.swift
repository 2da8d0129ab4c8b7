import Journal
import Records
import Wire

/// The hash chain over the turns of one file: each value covers the one before, the file, the turn's number
/// and all its bytes, so a turn cannot be changed, removed, moved or taken from another file without every
/// later value being wrong.
final class TurnChain {
  let genesis: Digest
  private let fileID: FileID
  private let hash = Blake2b()

  /// The value before the first turn names the owner.
  init(of identity: JournalIdentity, fileID: FileID) {
    self.fileID = fileID
    hash.begin()
    hash.add("waggle turns")
    hash.add(identity.colony)
    hash.add(identity.component)
    hash.add(identity.kind)
    hash.add(fileID.high)
    hash.add(fileID.low)
    genesis = hash.finish()
  }

  func next(after previous: Digest, turn: UInt64, body: RawSpan) -> Digest {
    hash.begin()
    hash.add(previous)
    hash.add(fileID.high)
    hash.add(fileID.low)
    hash.add(turn)
    hash.add(body)
    return hash.finish()
  }

  /// Covers the chain's value too, so that a snapshot of another history does not fit.
  func snapshotHash(_ snapshot: SnapshotNumbers, chain: Digest, core: RawSpan, host: RawSpan) -> Digest {
    hash.begin()
    hash.add("snapshot")
    hash.add(chain)
    hash.add(snapshot.turn)
    hash.add(UInt64(bitPattern: snapshot.row))
    hash.add(UInt64(bitPattern: Int64(snapshot.schemaVersion)))
    hash.add(UInt64(bitPattern: snapshot.wallNanos))
    hash.add(core)
    hash.add(host)
    return hash.finish()
  }

  /// Of whose journal it is and where it stood when that was written.
  func seal(_ parts: (Blake2b) -> Void) -> Digest {
    hash.begin()
    hash.add("seal")
    hash.add(genesis)
    parts(hash)
    return hash.finish()
  }
}

/// What a snapshot says of itself besides the states.
struct SnapshotNumbers: Equatable {
  var turn: UInt64
  var row: Int64
  var schemaVersion: Int32
  var wallNanos: Int64
}
