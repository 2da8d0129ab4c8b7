import ActorKit
import Trading
import Wire

/// What risk has been told of the account. Volatile: a restart, a session that opens and a report that was
/// lost are all followed by the whole truth.
struct RiskLink: Sendable {
  /// The session with risk is open.
  private(set) var isHeard = false
  /// The state that risk was last told; nil when it must be told.
  private var reportedState: ComponentState? = .starting
  /// Risk is to be told of every open intent, after the state of the account.
  private var owesIntents = false
  /// Risk has missed a report, because its session's window was full: tell it the whole truth then, boot
  /// clock.
  private(set) var catchUpBoot = Int64.max
  /// Account reports told in this epoch.
  private var accountReports: UInt64 = 0
  /// The account report that risk must have acknowledged before anything opens; nil while it has missed none.
  private var neededAccountReport: UInt64?
  /// What risk knows of orders in doubt.
  private var doubts = ToldDoubts()
  /// Working quantities by instrument, as last told.
  private var working: [Working]
  /// An order or a fill changed in this turn.
  var haveOrdersChanged = false
  /// Instruments whose working quantities may not be as last told.
  private(set) var changed: Indices

  private struct Working {
    var buys = Quantity.zero
    var sells = Quantity.zero
  }

  /// Between two attempts to tell the whole truth.
  static let catchUpNanos: Int64 = 250 * .nanosPerMilli

  init(instruments: Int = 0) {
    working = Array(repeating: Working(), count: instruments)
    changed = Indices(0..<instruments)
  }

  /// Risk does not know the account: nothing that opens is placed.
  var isMisinformed: Bool { neededAccountReport != nil }

  mutating func open() {
    isHeard = true
    owesIntents = true
    reportedState = nil
  }

  /// What is sent now may never arrive; the whole truth follows when the session opens again.
  mutating func close(in state: ComponentState) {
    isHeard = false
    catchUpBoot = .max
    reportedState = state
  }

  /// A report did not leave: until risk has acknowledged a whole truth that was told after this, what it
  /// believes of positions and orders is wrong.
  mutating func noteMissed(at now: Instant) {
    neededAccountReport = accountReports + 1
    // While the session is closed nothing helps; when it opens again the whole truth follows anyway.
    guard isHeard else { return }
    catchUpBoot = min(catchUpBoot, now.boot + Self.catchUpNanos)
  }

  /// Risk has taken in the account report of this number. Whether it now knows what it had missed.
  mutating func noteKnown(_ number: UInt64) -> Bool {
    guard let needed = neededAccountReport, number >= needed else { return false }
    neededAccountReport = nil
    return true
  }

  /// Whether the whole truth is due, as it is when our state has changed.
  mutating func takeDue(_ state: ComponentState, at now: Instant) -> Bool {
    let hasMissed = catchUpBoot <= now.boot
    guard hasMissed || reportedState != state else { return false }
    if hasMissed { catchUpBoot = .max }
    reportedState = state
    return true
  }

  mutating func takeOwedIntents() -> Bool {
    defer { owesIntents = false }
    return owesIntents
  }

  /// Number of the account report that is about to be sent.
  mutating func nextAccountReport() -> UInt64 {
    accountReports += 1
    doubts.forget()
    return accountReports
  }

  /// Whether a report that is about to be sent is risk's concern.
  mutating func concerns(_ report: ExecutionReport) -> Bool {
    // Asked of every report: it keeps count.
    let changesDoubt = doubts.take(report)
    return changesDoubt || report.isFill || report.isReject
  }

  mutating func noteChange(ofInstrument index: Int) { changed.insert(index) }

  mutating func forgetChanges() { changed.removeAll() }

  mutating func note(_ exposure: WorstCaseExposure, ofInstrument index: Int) {
    working[index] = Working(buys: exposure.workingBuys, sells: exposure.workingSells)
  }

  func knows(_ exposure: WorstCaseExposure, ofInstrument index: Int) -> Bool {
    working[index].buys == exposure.workingBuys && working[index].sells == exposure.workingSells
  }
}
