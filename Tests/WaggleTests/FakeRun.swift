import ActorKit
import Colony
import JournalStore
import JournalTestKit
import Records
import OrderExecutor
import Platform
import Testing
import Topology
import Trading
import Vocabulary
import VenueSimulator
import Wire

/// A run of a fake colony as its components leave it: a folder with a manifest and journals.
struct FakeRun {
  let path: String

  static let now: Int64 = 1_700_000_000_000_000_000
  static let order = ClOrdID(account: 1, epoch: 1, counter: 1)
  static let intent = IntentID(component: 3, strategy: 1, epoch: 2, counter: 5)

  init(of colony: FakeColony) throws {
    let run = try RunFolder.create(
      in: "\(colony.folder)/var", colony: colony.topology.colony, atUnixNanos: Clock.wallNanos())
    let folder = run.folder
    try folder.begin(
      topology: try FileSystem.read(colony.topologyPath, maxBytes: 1 << 20),
      RunManifest(
        folder: folder, topology: colony.topology, host: "local", startedNanos: Self.now,
        topologyFile: colony.topologyPath, overrides: .init()))
    path = folder.path
  }

  func journal(_ component: String) -> String { "\(path)/\(component).journal" }

  /// A component's journal, to be written to; held until it is closed.
  func open(_ component: String) throws -> SQLiteJournalStore {
    try SQLiteJournalStore.open(
      path: journal(component),
      identity: JournalIdentity(colony: "fake", component: component, kind: component, schemaVersion: 2),
      durability: .process)
  }

  func write(_ facts: [some FactCoding], to component: String) throws {
    var journal = try open(component)
    // The rows of a journal are a microsecond apart.
    for fact in facts { try journal.record(fact, wallNanos: Self.now + journal.lastRow * 1_000) }
    try journal.close()
  }

  /// What an executor keeps of an intent and its entry order.
  static let executorFacts: [ExecutorFact] = [
    .intentAccepted(
      AcceptedIntent(
        id: intent, strategy: 1, instrument: 1, side: .buy, type: .limit, timeInForce: .gtc,
        isPostOnly: false, quantity: Quantity(raw: 100_000_000), price: Price(raw: 100_000_000_000),
        stopPrice: nil, takeProfitPrice: nil, expireNanos: now, atNanos: now, origin: 0)),
    .orderCreated(
      CreatedOrder(
        id: order, strategy: 1, instrument: 1, side: .buy, timeInForce: .gtc, purpose: .entry,
        price: Price(raw: 100_000_000_000), quantity: Quantity(raw: 100_000_000), intent: intent,
        requestNanos: now, recvWindowNanos: 5_000_000_000, origin: 0, correlation: .none)),
    .orderAccepted(order: order, venueOrderId: 1, eventNanos: now),
    .haltLatched(Halt(scope: .account(1), operatorName: "me", reason: "a, \"b\"", atNanos: now)),
  ]

  static let venueFacts: [VenueFact] = [
    .accepted(
      VenueOrder(
        account: 1, instrument: 1, venueOrderId: 1, clOrdID: ClOrdIDText(order), side: .buy, type: .limit,
        timeInForce: .gtc, isPostOnly: false, isReduceOnly: false, price: Price(raw: 100_000_000_000),
        quantity: Quantity(raw: 100_000_000), priority: 1, acceptedNanos: now, correlation: .none))
  ]
}

/// The owner of a journal as it answers for its rows.
final class FakeOwner {
  let rows: [(kind: UInt16, body: [UInt8])]
  private(set) var requests: [(after: UInt64, atMost: UInt32)] = []
  /// Of a page, this part is lost once.
  var loses: UInt64?
  /// Takes requests, and says nothing.
  var isDeaf = false
  /// It cannot read this row, nor any after it.
  var damaged: UInt64?

  init(_ rows: [(kind: UInt16, body: [UInt8])]) { self.rows = rows }

  convenience init(_ facts: [some FactCoding]) {
    self.init(
      facts.map { fact in
        var writer = SnapshotWriter()
        fact.encode(into: &writer)
        return (fact.kind, writer.bytes)
      })
  }

  func answer(_ message: borrowing Inbound) -> [[UInt8]] {
    guard case .replayRequest(let request) = copy message, !isDeaf else { return [] }
    requests.append((request.afterSequence, request.atMost))
    let first = min(Int(request.afterSequence), rows.count)
    let page = rows[first...].prefix(min(256, Int(request.atMost)))
    let correlation = request.envelope.correlation
    guard !page.isEmpty else { return [part(correlation, 0, (0, []))] }
    var frames: [[UInt8]] = []
    for (index, row) in page.enumerated() {
      let sequence = UInt64(first + index + 1)
      if sequence == damaged {
        let refusal = ReplayRefused(
          envelope: Envelope(origin: 0, correlation: correlation), afterSequence: sequence - 1)
        return frames + [frame { refusal.encode(into: &$0, text: "turn 9 does not fit the chain".utf8) }]
      }
      if loses == sequence {
        loses = nil
        continue
      }
      frames.append(part(correlation, sequence, row))
    }
    return frames
  }

  private func part(
    _ correlation: Correlation, _ sequence: UInt64, _ row: (kind: UInt16, body: [UInt8])
  ) -> [UInt8] {
    let part = ReplayPart(
      envelope: Envelope(origin: 0, correlation: correlation), rowSequence: sequence,
      rowEpoch: 1, kind: UInt32(row.kind), atNanos: FakeRun.now + Int64(sequence) * 1_000,
      lastSequence: UInt64(rows.count))
    return frame { part.encode(into: &$0, bytes: row.body) }
  }
}
