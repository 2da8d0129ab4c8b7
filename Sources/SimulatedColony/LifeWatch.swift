/// Which programs live, in which epoch, and what is excused of them.
struct LifeWatch {
  /// The highest epoch of each program that ever began, by component number.
  private var epochs: [UInt16: UInt32] = [:]
  /// Programs whose disk could not be written when they ended: their journals may be missing until one has
  /// begun soundly again.
  private var excused: Set<UInt16> = []
  private var deaths: [UInt16: Int64] = [:]
  /// Since when a program that lives has not been started anew or stood still.
  private var steady: [UInt16: Int64] = [:]
  /// Since when an executor has been without a new permit.
  private var waitingSince: [UInt16: Int64] = [:]

  /// A person waits so long for an executor's permit before it is started again.
  static let permitNanos: Int64 = 10 * .nanosPerSecond

  mutating func begin(
    _ component: UInt16, _ name: String, epoch: UInt32, _ impairment: String?, isDiskShort: Bool,
    at moment: Int64, _ judgement: inout Judgement
  ) {
    let former = epochs[component] ?? 0
    judgement.holds(
      .epoch, at: moment, epoch > former, "\(name) begins epoch \(epoch) after \(former)")
    epochs[component] = max(former, epoch)
    judgement.holds(
      .recovered, at: moment, impairment == nil || isDiskShort || excused.contains(component),
      "\(name) comes back without its journal: \(impairment ?? "")")
    if impairment == nil { excused.remove(component) }
    deaths[component] = nil
    standsStill(component, until: moment)
  }

  mutating func end(_ component: UInt16, at moment: Int64) { deaths[component] = moment }
  mutating func excuse(_ component: UInt16) { excused.insert(component) }

  /// It does nothing before then.
  mutating func standsStill(_ component: UInt16, until moment: Int64) {
    steady[component] = max(steady[component] ?? 0, moment)
  }

  /// Nil for one that is dead.
  func steadySince(_ component: UInt16) -> Int64? {
    deaths[component] == nil ? steady[component] ?? 0 : nil
  }

  /// Nil for one that lives.
  func deadSince(_ component: UInt16) -> Int64? { deaths[component] }

  /// Whether an executor has waited for a permit longer than it must after any fault.
  func hasNoPermit(_ component: UInt16, at moment: Int64) -> Bool {
    moment - (waitingSince[component] ?? 0) > Self.permitNanos
  }

  /// It has one now, or begins to wait anew.
  mutating func expectPermit(_ component: UInt16, at moment: Int64) { waitingSince[component] = moment }
}
