import Telemetry
import Trading

/// All that is known of a run, as plain values: read from its folder (`RunReport.load`) or handed over by a
/// simulation, which has no files.
///
/// ```swift
/// var record = RunRecord(runID: "2024-08-08-1", mode: "replay", instruments: instruments)
/// record.accounts = [RunRecord.AccountRecord(…, executor: history, venue: venues.account(1))]
/// record.figures = components.map { $0.figures(at: time) }
/// print(RunReport(record).text)
/// ```
public struct RunRecord {
  public var runID: String
  /// How the session was run: paper, replay, live, simulation.
  public var mode: String
  /// Of a synthetic market or a simulation; nil when chance played no part.
  public var seed: UInt64?
  /// Market seconds per wall second; nil when it was the clock's own.
  public var speed: Double?
  /// LIVE to the end, nanoseconds; nil when the session never was LIVE or nobody wrote it down.
  public var sessionNanos: Int64?
  /// Whether every component ended with status 0 when told to; nil when nobody watched.
  public var endedAsAsked: Bool?
  /// Why the run ended, in the supervisor's words.
  public var endReason: String?
  /// How each component ended, in the order they were started.
  public var ends: [End] = []
  /// Components that had to be killed because they did not end.
  public var kills: [String] = []
  /// Nil when nobody watched: then the figures' incarnations are counted.
  public var restarts: [Restart]?
  /// One per incarnation of a component, in any order.
  public var figures: [ComponentFigures] = []
  public var instruments: [Instrument]
  public var accounts: [AccountRecord] = []
  /// The last mid known, per instrument; without one, the last trade in the venue's journal marks a position.
  public var marks: [Mark] = []

  /// A component that ended unasked and was started again.
  public struct Restart: Equatable, Sendable {
    public var component: String
    /// Wall time, ns UTC.
    public var atNanos: Int64
    /// How the incarnation before ended: "ended with code 70", "ended by signal 9".
    public var status: String

    public init(component: String, atNanos: Int64, status: String) {
      self.component = component
      self.atNanos = atNanos
      self.status = status
    }
  }

  /// How a component ended.
  public struct End: Equatable, Sendable {
    public var component: String
    public var status: String
    public var wasAsAsked: Bool

    public init(component: String, status: String, wasAsAsked: Bool) {
      self.component = component
      self.status = status
      self.wasAsAsked = wasAsAsked
    }
  }

  /// A price at which a position in an instrument is valued.
  public struct Mark: Equatable, Sendable {
    public var instrument: UInt32
    public var price: Price

    public init(instrument: UInt32, price: Price) {
      self.instrument = instrument
      self.price = price
    }
  }

  /// An amount of a currency.
  public struct Balance: Equatable, Sendable {
    public var currency: Currency
    public var amount: Money

    public init(currency: Currency, amount: Money) {
      self.currency = currency
      self.amount = amount
    }
  }

  /// An account as its executor and its venue saw it, each by its own facts.
  public struct AccountRecord {
    public var name: String
    public var number: UInt16
    /// What it opened with.
    public var opening: [Balance]
    public var executor: ExecutorHistory
    public var venue: VenueAccountHistory

    public init(
      name: String, number: UInt16, opening: [Balance] = [], executor: ExecutorHistory,
      venue: VenueAccountHistory
    ) {
      precondition(
        executor.account == number && venue.account == number,
        "account \(number) with facts of \(executor.account) and \(venue.account)")
      self.name = name
      self.number = number
      self.opening = opening
      self.executor = executor
      self.venue = venue
    }
  }

  public init(runID: String, mode: String, instruments: [Instrument]) {
    self.runID = runID
    self.mode = mode
    self.instruments = instruments
  }
}
