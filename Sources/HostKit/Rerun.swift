import ActorKit
import Records
import Wire

/// An incarnation once more: a host that is given what one of an earlier process was given, turn by turn, and
/// whether it does the same.
package struct Rerun<Core: ActorCore>: ~Copyable {
  private var host: HostCore<Core>
  private let marks = KeptMarks()
  private var hasEnded = false
  /// Turns that were the same.
  package private(set) var equalTurns: UInt64 = 0
  /// Over all of them, and the state they began with.
  package var chain: UInt64 { host.kept.chain }

  /// `core` and `recovered` as the journal made them at the start of that incarnation (`EarlierTurns`).
  package init(
    _ head: ArrivalsHead, _ wiring: Wiring, core: consuming Core, recovered: HostState
  ) throws(RerunRefusal) {
    guard head.schemaVersion == Int32(WireSchema.version) else {
      throw .otherSchema(head.schemaVersion)
    }
    guard HostCore.stateHash(core, recovered) == head.state else { throw .otherState }
    host = HostCore(
      head.identity, wiring, core: core, journal: head.journal, recovered: recovered, crashMarks: marks,
      device: head.hasDevice ? DeviceStanding(firstMarketNanos: head.firstMarketNanos) : DeviceStanding(),
      atBootNanos: head.bootNanos)
    _ = host.keepInputs(recovered: recovered, atBootNanos: head.bootNanos)
  }

  /// Gives the host a turn; what was not the same, nil for nothing. Nothing may be played after a difference.
  package mutating func play(_ turn: KeptTurn) throws(RerunRefusal) -> RerunDifference? {
    guard !hasEnded, (turn.opening == .start) == (equalTurns == 0) else { throw .outOfOrder }
    hasEnded = turn.opening == .last
    marks.refused = turn.poisoned
    _ = host.takeKept()
    for input in turn.inputs[..<turn.closed] { try perform(input) }
    guard host.kept.hash == turn.hash, host.kept.chain == turn.chain else {
      let parts = host.kept.hash.differences(from: turn.hash)
      return RerunDifference(
        turn: equalTurns + 1, wallNanos: turn.wallNanos, parts: parts.isEmpty ? ["chain"] : parts)
    }
    equalTurns += 1
    for input in turn.inputs[turn.closed...] { try perform(input) }
    return nil
  }

  private mutating func perform(_ input: HostInput) throws(RerunRefusal) {
    switch input {
    case .clocks(let boot, let wall): _ = host.nextTurnBootNanos(bootNanos: boot, wallNanos: wall)
    case .usage(let usage): host.note(usage: usage)
    case .counters(let counters):
      var report = CounterReport()
      for counter in counters { report.add(counter.name, counter.value) }
      host.note(device: report)
    case .start(let boot, let wall): host.start(bootNanos: boot, wallNanos: wall)
    case .begin(let boot, let wall): host.beginTurn(bootNanos: boot, wallNanos: wall)
    case .last(let boot, let wall): host.lastTurn(bootNanos: boot, wallNanos: wall)
    case .end(let hasReadAll): host.endTurn(hasReadAll: hasReadAll)
    case .refused(let effect, let reason):
      guard host.outgoing.effects.indices.contains(effect),
        case .transmit(let transmission) = host.outgoing.effects[effect]
      else { throw .noSuchWay }
      host.noteRefused(transmission, reason)
    case .took(let nanos): host.noteTurn(nanos: nanos)
    // What a turn says beside what it was given (`KeptTurn`).
    case .hash, .poisoned: break
    default: try take(input)
    }
  }

  private mutating func take(_ arrival: HostInput) throws(RerunRefusal) {
    switch arrival {
    case .rows(let rows, let trouble): host.takeRows(rows.map { ($0.row, $0.body) }, trouble: trouble)
    case .malformed: host.noteMalformed()
    case .fromLink(let link, let frame, let arrival):
      guard host.wiring.links.indices.contains(link) else { throw .noSuchWay }
      host.takeFromLink(link, frame.span.bytes, arrival)
    case .fromCaller(let caller, let isDelimited, let frame, let arrival):
      host.takeFromCaller(caller.span.bytes, isDelimited: isDelimited, frame.span.bytes, arrival)
    case .published(let topic, let frame, let isMarket, let arrival):
      host.takePublished(topic: topic.span.bytes, frame.span.bytes, isMarket: isMarket, arrival)
    case .fromDevice(let frame, let arrival): host.takeFromDevice(frame.span.bytes, arrival)
    case .deviceEnd: host.takeDeviceEnd()
    default: break
    }
  }
}

/// The first turn that was not what it had been.
package struct RerunDifference: Equatable {
  /// Counted from 1, the start.
  package let turn: UInt64
  /// When it had begun.
  package let wallNanos: Int64
  package let parts: [String]
}

/// Why an incarnation cannot be run once more.
package enum RerunRefusal: Error, Equatable, CustomStringConvertible {
  case otherSchema(Int32)
  case otherState
  case outOfOrder
  case noSuchWay

  package var description: String {
    switch self {
    case .otherSchema(let version):
      "it was kept with schema version \(version), and this program has \(WireSchema.version): use the"
        + " programs of that run"
    case .otherState:
      "the state that its journal makes of the turns before its start is not the one it began with: the"
        + " journal was changed or cut since, the topology is another, or this program does not reproduce it"
    case .outOfOrder: "a turn before the first, or after the last"
    case .noSuchWay: "a turn names a link or a frame that is not there: the topology is another"
    }
  }
}

/// Answers as the crash marks of that time did.
private final class KeptMarks: CrashMarks {
  /// Of the messages of the present turn that are asked for, those to refuse, by place.
  var refused: [UInt32] = [] {
    didSet { asked = 0 }
  }
  private var asked: UInt32 = 0

  func admit(_ mark: CrashMark) -> Bool {
    defer { asked += 1 }
    return !refused.contains(asked)
  }

  func clear() {}
}
