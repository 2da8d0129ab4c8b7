import ActorKit
import OrderExecutor
import Reports
import Telemetry
import Trading
import VenueSimulator
import Vocabulary
import Wire

/// A story of one account told twice, by the executor's facts and by the venue's. Told as here, both agree;
/// tests change one side.
struct Story {
  var executor: [ExecutorFact] = []
  var venue: [VenueFact] = []
  private var counter: UInt64 = 0
  private var executions: UInt64 = 0
  private var sides: [Side] = []

  static let account: UInt16 = 7
  static let opening = [
    RunRecord.Balance(currency: .base, amount: money("50")),
    RunRecord.Balance(currency: .quote, amount: money("10000")),
  ]

  static func id(_ counter: UInt64) -> ClOrdID { ClOrdID(account: account, epoch: 1, counter: counter) }

  /// Sends an order that the venue accepts; gives its counter, which is also the venue's number of it.
  @discardableResult
  mutating func order(_ side: Side, _ quantity: String, at price: String) -> UInt64 {
    counter += 1
    sides.append(side)
    executor.append(
      .created(Self.id(counter), side, parsed(quantity), at: parsed(price)))
    executor.append(.orderAccepted(order: Self.id(counter), venueOrderId: counter, eventNanos: 0))
    venue.append(
      .accepted(
        Self.venueOrder(counter, side, parsed(quantity), at: parsed(price))))
    return counter
  }

  /// Executes some of an order.
  mutating func fill(_ order: UInt64, _ quantity: String, at price: String, fee: String = "0") {
    executions += 1
    let execution = Execution(
      id: executions, price: parsed(price), quantity: parsed(quantity),
      fee: money(fee))
    let side = sides[Int(order) - 1]
    executor.append(.booked(execution, Self.id(order), side))
    venue.append(.trade(Self.trade(execution, order, side)))
  }

  mutating func cancel(_ order: UInt64) {
    counter += 1
    sides.append(.buy)
    executor.append(.cancelRequested(order: Self.id(order), request: Self.id(counter), requestNanos: 0))
    executor.append(.ended(Self.id(order), .canceled))
    venue.append(
      .ended(
        VenueFact.Ending(
          account: Self.account, venueOrderId: order, status: .canceled, reason: .none, eventNanos: 0)))
  }

  static func venueOrder(
    _ number: UInt64, _ side: Side, _ quantity: Quantity, at price: Price, id: ClOrdID? = nil
  ) -> VenueOrder {
    VenueOrder(
      account: account, instrument: 1, venueOrderId: number, clOrdID: ClOrdIDText(id ?? Self.id(number)),
      side: side, type: .limit, timeInForce: .gtc, isPostOnly: true, isReduceOnly: false, price: price,
      quantity: quantity, priority: number, acceptedNanos: 0, correlation: .none)
  }

  static func trade(_ execution: Execution, _ order: UInt64, _ side: Side) -> VenueTrade {
    VenueTrade(
      account: account, tradeSequence: execution.id,
      execution: ExecID(high: Execution.venueNumber, low: execution.id),
      clOrdID: ClOrdIDText(id(order)), venueOrderId: order, instrument: 1, side: side, liquidity: .maker,
      price: execution.price, quantity: execution.quantity, fee: execution.fee,
      eventNanos: Int64(execution.id), transactNanos: 0)
  }
}

extension Story {
  /// An order bought whole, one sold in two parts, one cancelled, one still open.
  static var simple: Story {
    var story = Story()
    let bought = story.order(.buy, "2", at: "100")
    story.fill(bought, "2", at: "100", fee: "0.2")
    let sold = story.order(.sell, "1.5", at: "104")
    story.fill(sold, "1", at: "104", fee: "0.104")
    story.fill(sold, "0.5", at: "104", fee: "0.052")
    story.cancel(story.order(.buy, "1", at: "99"))
    story.order(.sell, "0.5", at: "110")
    return story
  }

  /// The facts as a report takes them, the venue's with the venue's own books beside them.
  var record: RunRecord {
    var ours = ExecutorHistory(account: Self.account)
    for fact in executor { ours.take(fact) }
    var theirs = VenueHistory(instruments: [.btc], core: VenueSimulator(.books))
    for fact in venue { theirs.take(fact) }
    var record = RunRecord(runID: "run-1", mode: "paper", instruments: [.btc])
    record.accounts = [
      RunRecord.AccountRecord(
        name: "main", number: Self.account, opening: Self.opening, executor: ours,
        venue: theirs.account(Self.account))
    ]
    return record
  }

  var report: RunReport { RunReport(record) }

  /// The only executor's fact that books this execution.
  func executorFill(_ id: UInt64) -> Int {
    guard
      let place = executor.firstIndex(where: {
        if case .filled(let fill) = $0 { fill.key.execution.low == id } else { false }
      })
    else { preconditionFailure("the executor has no fill \(id)") }
    return place
  }

  func venueTrade(_ id: UInt64) -> Int {
    guard
      let place = venue.firstIndex(where: {
        if case .trade(let trade) = $0 { trade.execution.low == id } else { false }
      })
    else { preconditionFailure("the venue has no trade \(id)") }
    return place
  }
}

extension VenueSimulator.Configuration {
  /// A venue that only keeps books.
  static var books: VenueSimulator.Configuration {
    VenueSimulator.Configuration(
      component: 1, instruments: [.btc],
      accounts: [
        VenueSimulator.Account(
          number: Story.account, currency: .quote,
          balances: Story.opening.map { VenueSimulator.Balance(currency: $0.currency, amount: $0.amount) })
      ], market: .replay)
  }
}

extension Instrument {
  static let btc = make {
    try Instrument(
      number: 1, name: try InstrumentName("BTCUSDT.SIM"), base: .base, quote: .quote,
      tickSize: parsed("0.01"),
      lotSize: parsed("0.00001"))
  }

  private static func make(_ body: () throws -> Instrument) -> Instrument {
    do { return try body() } catch { preconditionFailure("\(error)") }
  }
}

extension Currency {
  static let base = named("BTC")
  static let quote = named("USDT")

  private static func named(_ code: String) -> Currency {
    guard let currency = Currency(code) else { preconditionFailure("\(code) is no currency") }
    return currency
  }
}

func price(_ text: String) -> Price { parsed(text) }
func quantity(_ text: String) -> Quantity { parsed(text) }
func money(_ text: String) -> Money { parsed(text) }

private func parsed<Value: FixedPoint>(_ text: String) -> Value {
  do { return try Value.parse(text) } catch { preconditionFailure("\(text): \(error)") }
}
