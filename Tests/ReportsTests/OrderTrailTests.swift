import ActorKit
import JSON5
import JournalStore
import Records
import OrderExecutor
import Reports
import Testing
import Topology
import Trading
import VenueSimulator
import Wire

/// The history of an order or an intent, put together from several journals.
@Suite struct OrderTrailTests {
  private static let entry = Story.id(1)
  private static let stop = Story.id(2)
  private static let other = Story.id(9)
  private static let intent = FactSamples.intent

  @Test func anIntentBringsItsOrdersAndTheirVenueRows() throws {
    let trail = trail(.intent(Self.intent))
    #expect(trail.orders == ["\(Self.entry)", "\(Self.stop)"])
    #expect(
      names(trail) == [
        "executor intentAccepted", "executor orderCreated", "venue accepted", "venue trade",
        "executor orderAccepted", "executor filled", "executor tradesConfirmed", "executor intentEnded",
        "executor orderCreated", "venue accepted", "venue ended", "executor orderEnded",
        "executor protectionEnded",
      ])
  }

  @Test func anOrderBringsItsIntentAndTheIntentsOtherOrders() {
    let whole = names(trail(.intent(Self.intent)))
    #expect(names(trail(.order(Self.stop))) == whole)
    #expect(names(trail(.order(Self.entry))) == whole)
    // The id of a cancel leads to the order it was for.
    #expect(names(trail(.order(Story.id(20)))) == names(trail(.order(Self.other))))
  }

  @Test func anOrderOfNoIntentStandsAlone() {
    #expect(
      names(trail(.order(Self.other))) == [
        "executor orderCreated", "executor cancelRequested", "venue accepted",
      ])
    #expect(names(trail(.order(Story.id(77)))).isEmpty)
    #expect(names(trail(.intent(IntentID(high: 1, low: 1)))).isEmpty)
  }

  @Test func latenciesAreBetweenNeighboursInTime() throws {
    let trail = trail(.order(Self.other))
    #expect(trail.steps.map(\.sincePreviousNanos) == [0, 1_000, 2_500])
    #expect(trail.steps.map(\.sinceFirstNanos) == [0, 1_000, 3_500])
    let json = try JSON5Reader.read(trail.json())
    #expect(json["order"]?.string == "\(Self.other)")
    #expect(
      json["rows"]?.elements?.map { $0["fact"]?.string } == ["orderCreated", "cancelRequested", "accepted"])
    #expect(json["rows"]?.elements?.last?["sincePreviousNanos"]?.integer == 2_500)
    let lines = trail.text.split(separator: "\n").map(String.init)
    #expect(lines[0] == "order \(Self.other): 3 rows, 3.5 µs from the first to the last")
    #expect(
      lines.last?.hasPrefix("2023-11-14T22:13:20.000024500Z           2.5  venue") == true, "\(trail.text)")
  }

  @Test func idsAreKnownByTheirForm() {
    #expect(OrderTrail.Subject("\(Self.entry)") == .order(Self.entry))
    #expect(OrderTrail.Subject("\(Self.intent)") == .intent(Self.intent))
    for text in ["", "W", "42", "\(Self.entry)0", "\(Self.intent)0"] {
      #expect(OrderTrail.Subject(text) == nil)
    }
  }

  @Test func onlyJournalsThatMayKnowItAreAsked() throws {
    let topology = try Topology.load(text: sampleTopology)
    func kinds(_ subject: OrderTrail.Subject) -> [Component.Kind] {
      topology.components.filter { OrderTrail(subject).concerns($0, in: topology) }.map(\.kind)
    }
    #expect(Set(kinds(.order(Self.entry))) == [.venue, .signal, .risk, .executor])
    #expect(Set(kinds(.intent(Self.intent))) == [.venue, .signal, .risk, .executor])
  }

  // MARK: - A story in which time passes between the rows

  private func names(_ trail: OrderTrail) -> [String] {
    trail.steps.map { "\($0.line.component) \($0.line.fact.name)" }
  }

  private func trail(_ subject: OrderTrail.Subject) -> OrderTrail {
    var trail = OrderTrail(subject)
    let lines = Self.lines
    for line in lines where line.component == "executor" { trail.learn(line) }
    trail.conclude()
    // Whose journal is read first is of no matter.
    for component in ["venue", "executor"] {
      for line in lines where line.component == component { trail.take(line) }
    }
    return trail
  }

  private static var lines: [JournalLine] {
    let key = FillKey(instrument: 1, execution: ExecID(high: 1, low: 5))
    let trade = Execution(id: 5, price: price("100"), quantity: quantity("1"), fee: money("0"))
    let accepted = FactSamples.executor[15]
    var lines: [JournalLine] = []
    add(1, "executor", accepted, to: &lines)
    add(2, "executor", created(entry, .entry), to: &lines)
    add(
      3, "venue", VenueFact.accepted(Story.venueOrder(1, .buy, quantity("1"), at: price("100"))), to: &lines)
    add(4, "venue", VenueFact.trade(Story.trade(trade, 1, .buy)), to: &lines)
    add(5, "executor", ExecutorFact.orderAccepted(order: entry, venueOrderId: 1, eventNanos: 0), to: &lines)
    add(6, "executor", ExecutorFact.booked(trade, entry, .buy), to: &lines)
    add(7, "executor", ExecutorFact.tradesConfirmed(through: 5, fills: [key]), to: &lines)
    add(8, "executor", FactSamples.executor[16], to: &lines)
    add(9, "executor", created(stop, .stopLoss), to: &lines)
    add(
      10, "venue", VenueFact.accepted(Story.venueOrder(2, .sell, quantity("1"), at: price("90"))), to: &lines)
    add(11, "venue", FactSamples.venue[2].of(2), to: &lines)
    add(12, "executor", ExecutorFact.ended(stop, .canceled), to: &lines)
    add(13, "executor", FactSamples.executor[18], to: &lines)
    // Another's, of which nothing may show.
    add(14, "executor", ExecutorFact.tradesConfirmed(through: 6, fills: []), to: &lines)
    add(15, "venue", FactSamples.venue[2].of(44), to: &lines)
    add(21, "executor", ExecutorFact.created(other, .buy, quantity("1"), at: price("1")), to: &lines)
    add(
      22, "executor", ExecutorFact.cancelRequested(order: other, request: Story.id(20), requestNanos: 0),
      to: &lines)
    add(
      24.5, "venue", VenueFact.accepted(Story.venueOrder(9, .buy, quantity("1"), at: price("1"))), to: &lines)
    return lines
  }

  private static func created(_ id: ClOrdID, _ purpose: OrderPurpose) -> ExecutorFact {
    .orderCreated(
      CreatedOrder(
        id: id, strategy: 1, instrument: 1, side: .buy, timeInForce: .gtc, purpose: purpose,
        price: price("100"), quantity: quantity("1"), intent: intent, requestNanos: 0, recvWindowNanos: 0,
        origin: 0, correlation: .none))
  }

  private static func add(
    _ micros: Double, _ component: String, _ fact: some FactCoding, to lines: inout [JournalLine]
  ) {
    var writer = SnapshotWriter()
    fact.encode(into: &writer)
    let reader = FactReader(component == "venue" ? .venue : .executor)
    let row = JournalRow(
      sequence: Int64(lines.count) + 1, epoch: 1, atNanos: FactSamples.now + Int64(micros * 1_000),
      kind: fact.kind, correlationHigh: 0, correlationLow: 0)
    lines.append(
      JournalLine(
        component: component, kind: component, row: row,
        fact: reader.record(kind: fact.kind, body: writer.bytes)))
  }
}

extension VenueFact {
  /// The end of another order of the venue; traps for a fact that is no end.
  fileprivate func of(_ venueOrderId: UInt64) -> VenueFact {
    guard case .ended(var ending) = self else { preconditionFailure("\(self) is no end") }
    ending.venueOrderId = venueOrderId
    return .ended(ending)
  }
}
