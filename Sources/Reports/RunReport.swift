import Telemetry
import Trading
import Wire

/// What happened in a run, and whether the books agree.
///
/// ```swift
/// let report = try RunReport.load(runFolder: "var/paper/2025-01-01-1", topology: topology)
/// print(report.text)
/// exit(report.isReconciled ? 0 : 1)
/// ```
/// A pure function of the record: equal records give the same report to the last byte. Orders, cancels, fills
/// and money come from the journals and are exact whatever was killed; all other counts and the latencies
/// come from the components' own counters, of which a killed incarnation may lack the last second.
public struct RunReport: Sendable {
  /// The record's own words on the run.
  public let header: Header
  public let counts: Counts
  public let accounts: [AccountResult]
  public let reconciliation: Reconciliation
  /// What stays open, the unprotected last.
  public let openPositions: [OpenPosition]
  public let restarts: Restarts
  public let latencies: Latencies
  /// Nil when no recording was replayed.
  public let capture: CaptureSummary?
  /// By component number and epoch.
  public let processes: [Process]
  /// By component, then reason: frames that were no message.
  public let refusedFrames: [(component: String, reasons: [NamedCount])]

  /// Executors and venues tell the same story: orders, fills, positions and cash.
  public var isReconciled: Bool { reconciliation.isGreen }

  public init(_ record: RunRecord) {
    let totals = FigureTotals(record.figures)
    header = Header(record)
    counts = Counts(record, totals)
    let marks = Marks(record)
    accounts = record.accounts.map { AccountResult($0, record, marks) }
    reconciliation = Reconciliation(record)
    openPositions = record.openPositions
    restarts = Restarts(record, totals)
    latencies = Latencies(totals)
    capture = CaptureSummary(totals)
    processes = totals.figures.map(Process.init)
    refusedFrames = totals.components.compactMap { component in
      component.refusedFrames.isEmpty ? nil : (component.name, component.refusedFrames)
    }
  }
}

extension RunReport {
  /// What identifies the run.
  public struct Header: Equatable, Sendable {
    public let runID: String
    public let mode: String
    public let seed: UInt64?
    public let speed: Double?
    /// LIVE to the end, nanoseconds; nil when not known.
    public let sessionNanos: Int64?
    /// Nil when nobody watched.
    public let endedAsAsked: Bool?
    public let endReason: String?
    /// Components that ended otherwise than asked.
    public let endedOtherwise: [RunRecord.End]
    /// Components that had to be killed.
    public let kills: [String]

    init(_ record: RunRecord) {
      runID = record.runID
      mode = record.mode
      seed = record.seed
      speed = record.speed
      sessionNanos = record.sessionNanos
      endedAsAsked = record.endedAsAsked
      endReason = record.endReason
      endedOtherwise = record.ends.filter { !$0.wasAsAsked }
      kills = record.kills
    }
  }

  /// How often components were started again.
  public struct Restarts: Equatable, Sendable {
    /// In the order of time; empty when only incarnations were counted.
    public let events: [RunRecord.Restart]
    /// By component name; those with at least one.
    public let byComponent: [NamedCount]

    public var count: Int64 { byComponent.reduce(0) { $0 + $1.value } }

    init(_ record: RunRecord, _ totals: FigureTotals) {
      events = (record.restarts ?? []).sorted { ($0.atNanos, $0.component) < ($1.atNanos, $1.component) }
      guard record.restarts != nil else {
        var counted: [NamedCount] = []
        for component in totals.components where component.epochs.count > 1 {
          counted.add(component.name, Int64(component.epochs.count - 1))
        }
        byComponent = counted
        return
      }
      var counted: [NamedCount] = []
      for event in events { counted.add(event.component, 1) }
      byComponent = counted
    }
  }

  /// One incarnation of a component.
  public struct Process: Equatable, Sendable {
    public let component: String
    public let epoch: UInt32
    /// Processor time and memory by its last figures; nil when they do not say.
    public let cpuNanos: Int64?
    public let residentBytes: Int64?

    init(_ figures: ComponentFigures) {
      component = figures.component
      epoch = figures.epoch
      cpuNanos = figures.counters.first { $0.name == "host.cpuNanos" }?.value
      residentBytes = figures.counters.first { $0.name == "host.residentBytes" }?.value
    }
  }
}
