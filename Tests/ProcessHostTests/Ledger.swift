import ActorKit
import Colony
import Foundation
import ProcessHost
import Wire

/// Whether a ledger's kind can do something without a journal.
protocol LedgerKind: Sendable { static var runsWithoutJournal: Bool { get } }
enum Strict: LedgerKind { static let runsWithoutJournal = false }
enum Hardy: LedgerKind { static let runsWithoutJournal = true }

/// A core that adds up some numbers, one a turn, and ends: what a host makes of its journal is all it shows.
struct Ledger<Kind: LedgerKind>: ActorCore {
  enum Fact: FactCoding {
    case added(UInt64)

    var kind: UInt16 { 1 }
    func encode(into writer: inout SnapshotWriter) {
      if case .added(let number) = self { writer.write(number) }
    }
    init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
      guard kind == 1 else { throw .unknownKind(kind) }
      self = .added(try reader.read())
    }
  }

  /// The facts' bytes are easy to find in a file.
  static var firstNumber: UInt64 { 0x5741_4747_4C45_0001 }
  static var kind: ComponentKind { .feed }
  static var runsWithoutJournal: Bool { Kind.runsWithoutJournal }

  let topics: [Topic] = []
  let turns: Int
  /// Makes it another program, whose state the same facts lead elsewhere.
  let drift: UInt64
  /// Makes good at once whatever was cut from its journal.
  let settles: Bool
  /// Of what it saves: from the second on there is a number more.
  let layout: UInt16
  let log = ProbeLog()

  private(set) var count: UInt64 = 0
  private(set) var sum: UInt64 = 0
  private var left = 0
  private var nextTick = Int64.max

  init(turns: Int = 10, drift: UInt64 = 0, settles: Bool = true, layout: UInt16 = 1) {
    self.turns = turns
    self.drift = drift
    self.settles = settles
    self.layout = layout
  }

  var hasMadeGoodTheCut: Bool { settles }

  var state: ComponentState { .live }
  var nextWake: Wake { Wake(boot: nextTick) }

  mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {
    left = turns
    nextTick = now.boot
  }
  mutating func receive(_ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects) {}
  mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) { log.note(event) }

  mutating func wake(at now: Instant, into effects: inout Effects) {
    guard left > 0 else { return effects.stop(because: "all is added") }
    left -= 1
    record(.added(Self.firstNumber + count), into: &effects)
  }

  mutating func conclude(at now: Instant, into effects: inout Effects) {}

  mutating func apply(_ fact: Fact) {
    guard case .added(let number) = fact else { return }
    count += 1
    sum = sum &+ number &+ drift
  }

  func save(into writer: inout SnapshotWriter) {
    writer.write(layout)
    writer.write(count)
    writer.write(sum)
    if layout > 1 { writer.write(UInt64(7)) }
  }

  mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    let saved: UInt16 = try reader.read()
    count = try reader.read()
    sum = try reader.read()
    if saved > 1 { _ = try reader.read(UInt64.self) }
  }

  func report(into counters: inout CounterReport) {}

  /// Turns of whose loss it was told.
  var cuts: [UInt32] {
    log.events.compactMap { if case .journalCut(let turns) = $0 { turns } else { nil } }
  }

  /// Why it was told that its journal is impaired.
  var impairments: [String] {
    log.events.compactMap { if case .journalImpaired(let why) = $0 { why } else { nil } }
  }
}

/// One life of a ledger from start to its own end, as its process would live it.
struct LedgerLife<Kind: LedgerKind> {
  let core: Ledger<Kind>
  let epoch: UInt32

  init(
    _ configuration: HostConfiguration, turns: Int = 10, drift: UInt64 = 0, settles: Bool = true,
    layout: UInt16 = 1
  ) throws(HostError) {
    var reactor = try Reactor(
      configuration, core: Ledger<Kind>(turns: turns, drift: drift, settles: settles, layout: layout),
      stop: StopSignals())
    try reactor.run()
    core = reactor.core
    epoch = reactor.epoch
  }

  /// What keeps it from living; nil when nothing does.
  static func failure(_ configuration: HostConfiguration, turns: Int = 10, drift: UInt64 = 0) -> HostError? {
    do throws(HostError) {
      _ = try LedgerLife(configuration, turns: turns, drift: drift)
      return nil
    } catch {
      return error
    }
  }
}
