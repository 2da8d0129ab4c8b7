import Trading

/// What goes back to the components that asked for intents: whom it can reach, and what it still owes them.
struct IntentSenders: Equatable, Sendable {
  /// Terminal reports kept for the case that the way back is full: as many as its window holds. The oldest
  /// makes room, having long been queued.
  static let mostRecent = 512

  /// Components whose session is open.
  private var open: [UInt16] = []
  /// The newest ends told; a ring.
  private var recent: [RiskIntentEnd] = []
  private var oldest = 0
  /// Ends that could not be queued, in the order in which that became known; at most `mostRecent`.
  private(set) var undelivered: [RiskIntentEnd] = []

  init() {}

  func isOpen(_ component: UInt16) -> Bool { open.contains(component) }

  mutating func setOpen(_ component: UInt16, _ isOpen: Bool) {
    open.removeAll { $0 == component }
    if isOpen { open.append(component) }
  }

  mutating func note(_ end: RiskIntentEnd) {
    if recent.count < Self.mostRecent {
      recent.append(end)
    } else {
      recent[oldest] = end
      oldest = (oldest + 1) % Self.mostRecent
    }
  }

  /// A report about this intent could not be queued. One about an intent that is still open is not kept: the
  /// next one tells more.
  mutating func keepUndelivered(_ intent: IntentID) {
    guard undelivered.count < Self.mostRecent, !undelivered.contains(where: { $0.intent == intent }),
      let end = recent.first(where: { $0.intent == intent })
    else { return }
    undelivered.append(end)
  }

  /// What is to be tried again now.
  mutating func takeUndelivered() -> [RiskIntentEnd] {
    defer { undelivered.removeAll() }
    return undelivered
  }
}
