import ActorKit
import JournalStore
import Records
import OrderExecutor
import Platform
import Telemetry
import Topology
import VenueSimulator

extension RunReport {
  /// Reads a run that has ended from its folder: `supervisor.json` (may be missing, for a run made by hand),
  /// `NAME.EPOCH.stats.json` of every incarnation, and the journals of executors and venues.
  ///
  /// The topology must be the one the run was made with. A component that still runs keeps its journal to
  /// itself: `ReportError.stillRunning`.
  public static func load(runFolder: String, topology: Topology) throws(ReportError) -> RunReport {
    let record = try RunFolderReader(path: runFolder, topology: topology).record()
    let report = RunReport(record)
    if let failure = report.reconciliation.failure { throw .workingFile(failure) }
    return report
  }
}

/// The folder of a run that has ended.
struct RunFolderReader {
  let path: String
  let topology: Topology

  /// The largest statistics file: a hundred histograms of a thousand buckets each stay far below it.
  static let maxFigureBytes = 4 << 20
  static let maxSupervisorBytes = 4 << 20
  /// How often a run was continued at most.
  static let mostParts = 10_000
  /// No process counts or times so often; more is damage, and would overflow sums.
  static let mostTimings: Int64 = 1 << 48

  init(path: String, topology: Topology) throws(ReportError) {
    self.path = path
    self.topology = topology
    let status: FileStatus?
    do throws(FileError) { status = try FileSystem.status(path) } catch { throw .file(error) }
    guard status?.kind == .directory else { throw .noRunFolder(path: path) }
  }

  func record() throws(ReportError) -> RunRecord {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var record = RunRecord(
      runID: name, mode: topology.session.mode.rawValue, instruments: topology.instruments)
    record.seed = syntheticSeed
    record.speed = topology.session.mode == .replay ? topology.session.speed : nil
    record.take(try supervisorFiles())
    record.figures = try figures()
    record.accounts = try accounts()
    return record
  }

  /// Of the first venue that makes its market up.
  private var syntheticSeed: UInt64? {
    for venue in topology.components(of: .venue) {
      if case .venue(let role) = venue.role, case .synthetic(let market) = role.market { return market.seed }
    }
    return nil
  }

  /// Of the run's parts, the newest last; none for a run made by hand.
  private func supervisorFiles() throws(ReportError) -> [SupervisorFile] {
    guard let newest = try supervisorFile("supervisor.json") else { return [] }
    var files: [SupervisorFile] = []
    while files.count < Self.mostParts, let file = try supervisorFile("supervisor.\(files.count + 1).json") {
      files.append(file)
    }
    return files + [newest]
  }

  private func supervisorFile(_ name: String) throws(ReportError) -> SupervisorFile? {
    let file = "\(path)/\(name)"
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileSystem.read(file, maxBytes: Self.maxSupervisorBytes) } catch {
      if error.isMissing { return nil }
      throw .file(error)
    }
    do throws(SupervisorFileError) { return try SupervisorFile(json: bytes) } catch {
      throw .damaged(path: file, what: error.what)
    }
  }
}

extension RunRecord {
  /// How the run ended is for its last part to say; restarts and times LIVE add up.
  fileprivate mutating func take(_ parts: [SupervisorFile]) {
    guard let last = parts.last else { return }
    endedAsAsked = last.endedAsAsked
    endReason = last.reason
    ends = last.ends
    kills = parts.flatMap(\.kills)
    restarts = parts.flatMap(\.restarts)
    let sessions = parts.compactMap(\.sessionNanos)
    sessionNanos = sessions.isEmpty ? nil : sessions.reduce(0) { $0.addingReportingOverflow($1).partialValue }
  }
}

// Statistics.
extension RunFolderReader {
  private func figures() throws(ReportError) -> [ComponentFigures] {
    let names: [String]
    do throws(FileError) { names = try FileSystem.list(path) } catch { throw .file(error) }
    var figures: [ComponentFigures] = []
    for name in names.sorted() {
      // A half-written file of a killed process begins with a point.
      guard name.hasSuffix(".stats.json"), !name.hasPrefix(".") else { continue }
      let file = "\(path)/\(name)"
      let bytes: [UInt8]
      do throws(FileError) { bytes = try FileSystem.read(file, maxBytes: Self.maxFigureBytes) } catch {
        throw .file(error)
      }
      figures.append(try Self.figures(bytes, name, path: file))
    }
    return figures
  }

  private static func figures(
    _ bytes: [UInt8], _ name: String, path: String
  ) throws(ReportError) -> ComponentFigures {
    let figures: ComponentFigures
    do throws(FiguresError) { figures = try ComponentFigures(json: bytes) } catch {
      throw .damaged(path: path, what: "\(error)")
    }
    guard name == "\(figures.component).\(figures.epoch).stats.json" else {
      throw .damaged(path: path, what: "it is of \(figures.component), incarnation \(figures.epoch)")
    }
    for timing in figures.hops + figures.sinceOrigin where timing.histogram.count > mostTimings {
      throw .damaged(path: path, what: "\(timing.histogram.count) times for \(timing.template)")
    }
    return figures
  }
}

// Journals.
extension RunFolderReader {
  private func accounts() throws(ReportError) -> [RunRecord.AccountRecord] {
    var venues: [String: VenueHistory] = [:]
    var records: [RunRecord.AccountRecord] = []
    for account in topology.accounts {
      guard let executor = topology.executor(of: account.name),
        let venue = topology.component(named: account.venue)
      else { preconditionFailure("account \(account.name) without executor or venue passed the checks") }
      let history: VenueHistory
      if let known = venues[venue.name] {
        history = known
      } else {
        history = try venueHistory(of: venue)
        venues[venue.name] = history
      }
      records.append(
        RunRecord.AccountRecord(
          name: account.name, number: account.number,
          opening: account.balances.map {
            RunRecord.Balance(currency: $0.currency, amount: $0.amount)
          }, executor: try executorHistory(of: executor, account: account.number),
          venue: history.account(account.number)))
    }
    return records
  }

  private func executorHistory(
    of component: Component, account: UInt16
  ) throws(ReportError) -> ExecutorHistory {
    var history = ExecutorHistory(account: account)
    try read(component) { (row, body) throws(RestoreError) in
      try history.take(kind: row.kind, body)
    } check: { (snapshot) throws(RestoreError) in
      try history.check(snapshot: snapshot.coreState, atRow: snapshot.row)
    }
    return history
  }

  private func venueHistory(of component: Component) throws(ReportError) -> VenueHistory {
    var history = VenueHistory(
      instruments: topology.instruments(of: component), core: try venueCore(component))
    try read(component) { (row, body) throws(RestoreError) in
      try history.take(kind: row.kind, body)
    } check: { (snapshot) throws(RestoreError) in
      try history.check(snapshot: snapshot.coreState, atRow: snapshot.row)
    }
    for number in history.accountNumbers where topology.account(number: number) == nil {
      throw .wrongTopology(
        component: component.name, what: "its journal has account \(number), the topology has not")
    }
    return history
  }

  /// A core that only keeps books: which market it had does not matter to them.
  private func venueCore(_ component: Component) throws(ReportError) -> VenueSimulator {
    let accounts = topology.accounts.filter { $0.venue == component.name }.map { account in
      VenueSimulator.Account(
        number: account.number, currency: account.currency,
        balances: account.balances.map {
          VenueSimulator.Balance(currency: $0.currency, amount: $0.amount)
        })
    }
    let configuration = VenueSimulator.Configuration(
      component: component.number, instruments: topology.instruments(of: component), accounts: accounts,
      market: .replay)
    if let problem = configuration.problem { throw .wrongTopology(component: component.name, what: problem) }
    return VenueSimulator(configuration)
  }

  private func open(_ component: Component) throws(ReportError) -> StoreReader {
    let journal: StoreReader
    do throws(JournalError) {
      journal = try StoreReader.open(path: "\(path)/\(component.name).journal")
    } catch {
      if case .heldByAnother(_, let processID) = error {
        throw .stillRunning(component: component.name, processID: processID)
      }
      throw .journal(component: component.name, error)
    }
    let found = journal.identity
    guard found.colony == topology.colony, found.component == component.name,
      found.kind == component.kind.rawValue
    else {
      throw .wrongTopology(component: component.name, what: "its journal belongs to \(found)")
    }
    return journal
  }

  /// Hands over a component's facts from the first to the last, and in its place the snapshot from which the
  /// component would recover.
  private func read(
    _ component: Component, take: (JournalRow, [UInt8]) throws(RestoreError) -> Void,
    check: (StoredSnapshot) throws(RestoreError) -> Void
  ) throws(ReportError) {
    let journal = try open(component)
    var failure: ReportError?
    do throws(JournalError) {
      let snapshot = try journal.validSnapshots(atMost: 1).first
      try journal.forEachRow(after: 0) { (row, bytes) throws(JournalError) in
        guard failure == nil else { return }
        var place = row.sequence
        do throws(RestoreError) {
          try take(row, bytes.copiedBytes())
          guard let snapshot, snapshot.row == row.sequence else { return }
          place = 0
          try check(snapshot)
        } catch {
          failure = .row(component: component.name, sequence: place, error)
        }
      }
    } catch { throw .journal(component: component.name, error) }
    if let failure { throw failure }
  }
}
