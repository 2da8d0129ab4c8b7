import ActorKit
import Wire

/// What a turn was given and what it has led to, in five numbers: where two runs of a host have the same
/// ones, they did the same.
///
/// Taken when the turn is closed and nothing is stamped yet: the time of sending, which is the driver's, is 0
/// in every frame. Marks and outbox need no number of their own, because what changes in them is in the
/// record.
package struct TurnHash: Equatable, Sendable {
  /// Everything the host was given since the turn before was closed: input that changes nothing else, such as
  /// the time at which a frame was sent, shows here.
  package var given = ByteHash().value
  /// Every frame and its way, in order.
  package var transmissions = ByteHash().value
  /// The turn's record where one is stored.
  package var record = ByteHash().value
  /// The core's state where it is saved.
  package var snapshot = ByteHash().value
  /// Log lines, and what the driver is asked to do besides.
  package var others = ByteHash().value

  /// The numbers of all turns up to this one, from that of those before it.
  package func chained(after chain: UInt64) -> UInt64 {
    var hash = ByteHash()
    for part in [chain] + parts { hash.add(part) }
    return hash.value
  }

  var parts: [UInt64] { [given, transmissions, record, snapshot, others] }

  /// The names of the parts in which another is not the same.
  package func differences(from other: TurnHash) -> [String] {
    var names: [String] = []
    if given != other.given { names.append("what it was given") }
    if transmissions != other.transmissions { names.append("transmissions") }
    if record != other.record { names.append("record") }
    if snapshot != other.snapshot { names.append("snapshot") }
    if others != other.others { names.append("log lines or wishes") }
    return names
  }
}

extension HostCore {
  /// Of the turn that has just been closed. Crash points are left out: a build may have others.
  func turnHash() -> TurnHash {
    var transmissions = ByteHash()
    var (record, snapshot, others) = (ByteHash(), ByteHash(), ByteHash())
    var place: UInt64 = 0
    for effect in outgoing.effects {
      // Each counts with its place among all, so that the order across the parts counts too.
      place += 1
      switch effect {
      case .transmit(let transmission):
        transmissions.add(place)
        add(transmission, to: &transmissions)
      case .append(let flushing):
        record.add(place)
        record.add(flushing ? 1 : 0)
        record.add(self.record.bytes)
      case .saveSnapshot:
        var writer = SnapshotWriter()
        core.save(into: &writer)
        snapshot.add(place)
        snapshot.add(writer.bytes.span.bytes)
      case .pass: place -= 1
      default:
        others.add(place)
        others.add(Self.text(of: effect))
      }
    }
    return TurnHash(
      transmissions: transmissions.value, record: record.value, snapshot: snapshot.value,
      others: others.value)
  }

  private func add(_ transmission: Transmission, to hash: inout ByteHash) {
    switch transmission.outlet {
    case .topic(let topic): hash.add(1 << 32 | UInt64(topic))
    case .link(let link): hash.add(2 << 32 | UInt64(link))
    case .caller(let handle): hash.add(3 << 32 | UInt64(handle))
    case .device: hash.add(4 << 32)
    }
    switch transmission.arena {
    case .core: hash.add(effects.frames.span(from: transmission.offset, count: transmission.count))
    case .host: hash.add(outgoing.frames.span(from: transmission.offset, count: transmission.count))
    }
  }

  private static func text(of effect: HostEffect) -> String {
    switch effect {
    case .log(let level, let event, let text): "log \(level) \(event): \(text)"
    case .readRows(let after, let count): "rows \(after) \(count)"
    case .keepJournal: "journal"
    case .writeStatistics: "statistics"
    case .leaveIfUnsupervised: "leave"
    case .stop(let reason): "stop: \(reason)"
    case .append, .transmit, .saveSnapshot, .pass: ""
    }
  }
}
