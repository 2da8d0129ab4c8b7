import Wire

/// How a member stands, as far as heard since we started.
struct MemberView: Equatable, Sendable {
  let member: ColonyMember
  /// Its beats arrive.
  var isHeard = false
  var epoch: UInt32 = 0
  var state = ComponentState.starting
  /// Since when it is missing or not fit to work, boot clock; nil while it is well. Set from the start, so
  /// that one who never appears is missed, too.
  var absentSinceBoot: Int64?
  /// The absence is more than two late beats: four were missed, or the process is another one.
  var isLoss = false
  /// It has been well since we started. What happened before is not ours to count.
  var hasBeenWell = false

  init(_ member: ColonyMember) { self.member = member }

  /// Up, and everything it needs is there.
  var isWell: Bool { isHeard && (state == .ready || state == .live) }

  /// A beat tells that it cannot do its work. One that is degraded works with less than it should have,
  /// because of somebody else, who is counted himself.
  var isUnfit: Bool { isHeard && state != .ready && state != .live && state != .degraded }
}
