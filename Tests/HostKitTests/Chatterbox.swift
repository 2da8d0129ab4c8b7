import ActorKit
import HostKit
import Trading
import Wire

/// A core that answers every trade on all ways at once, and remembers in which order it was told what. While
/// `tellsOddLazily`, trades with odd numbers change no state and are told lazily.
struct Chatterbox: ActorCore {
  enum Heard: Equatable {
    case trade(UInt64, Peer.Link)
    case event(LinkEvent)
    case woken
  }

  enum Fact: FactCoding {
    case heard(UInt64)
    /// Told lazily.
    case mentioned(UInt64)

    var kind: UInt16 {
      switch self {
      case .heard: 1
      case .mentioned: 2
      }
    }
    func encode(into writer: inout SnapshotWriter) {
      switch self {
      case .heard(let id), .mentioned(let id): writer.write(id)
      }
    }
    init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
      switch kind {
      case 1: self = .heard(try reader.read())
      case 2: self = .mentioned(try reader.read())
      default: throw .unknownKind(kind)
      }
    }
  }

  static let kind = ComponentKind.feed
  static let server: UInt16 = 2
  static let client: UInt16 = 3

  let topics: [Topic]
  var wakesAtBootNanos = Int64.max
  var tellsOddLazily = false
  /// Each trade raises this alarm, on the topic of that index.
  var raises: (topic: Int, severity: Severity, code: AlarmCode)?
  /// Its text; else it names the trade.
  var alarmText: String?
  private(set) var heard: [Heard] = []
  private(set) var ids: [UInt64] = []

  init(topics: [Topic]) { self.topics = topics }

  var state = ComponentState.live
  var nextWake: Wake { Wake(boot: wakesAtBootNanos) }

  mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {}

  mutating func receive(_ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects) {
    if case .snapshotRequest(let request) = message {
      return effects.send(to: .snapshot(topic: 0, peer)) { request.block.encode(into: &$0) }
    }
    guard case .trade(let trade) = message else { return }
    if let raises {
      let alarm = Alarm(
        envelope: Envelope(origin: 0), component: 1, code: raises.code, severity: raises.severity,
        clOrdID: ClOrdIDText())
      let text = alarmText ?? "trade \(trade.tradeId)"
      return effects.publish(raises.topic) { alarm.encode(into: &$0, text: text.utf8) }
    }
    heard.append(.trade(trade.tradeId, peer.link))
    if tellsOddLazily, trade.tradeId % 2 == 1 {
      recordLazily(.mentioned(trade.tradeId), into: &effects)
    } else {
      record(.heard(trade.tradeId), into: &effects)
    }
    let copy = trade.block
    // The way that is served last comes first.
    effects.publish(0) { copy.encode(into: &$0) }
    effects.alsoSend(to: .topic(1))
    effects.send(to: .state(component: Self.client, key: 1)) { copy.encode(into: &$0) }
    effects.send(to: .device) { copy.encode(into: &$0) }
    effects.send(to: .link(component: Self.server)) { copy.encode(into: &$0) }
  }

  mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    heard.append(.event(event))
  }

  mutating func wake(at now: Instant, into effects: inout Effects) {
    heard.append(.woken)
    wakesAtBootNanos = .max
  }

  mutating func conclude(at now: Instant, into effects: inout Effects) {}

  mutating func apply(_ fact: Fact) {
    if case .heard(let id) = fact { ids.append(id) }
  }

  func save(into writer: inout SnapshotWriter) {
    writer.write(ids.count)
    for id in ids { writer.write(id) }
  }

  mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    ids = []
    for _ in 0..<(try reader.read(Int.self)) { ids.append(try reader.read()) }
  }

  func report(into counters: inout CounterReport) {}
}

/// Crash marks that refuse nothing, and remember what was in hand.
final class LooseMarks: CrashMarks {
  private(set) var inHand: CrashMark?

  func admit(_ mark: CrashMark) -> Bool {
    inHand = mark
    return true
  }
  func clear() { inHand = nil }
}
