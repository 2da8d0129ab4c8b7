import ActorKit

/// When targets end, by wall or boot clock, whichever comes first; numbered as the targets are.
struct QuoteExpiries: Sendable {
  private var boots = Deadlines()
  private var walls = Deadlines()
  /// Those that have ended and want something, as of the last decision: nothing of them may rest, which is
  /// looked at in every turn.
  private(set) var expired = Indices()

  init() {}

  /// All are to be looked at.
  init(_ targets: [QuoteTarget]) {
    boots = Deadlines(targets.map { $0.isEmpty ? .max : $0.expiryBoot })
    walls = Deadlines(targets.map { $0.isEmpty ? .max : $0.validUntil })
  }

  /// When the next ends, boot clock.
  var nextBoot: Int64 { boots.first }

  /// A target came again.
  mutating func note(_ target: QuoteTarget, at index: Int) {
    expired.remove(index)
    boots[index] = target.isEmpty ? .max : target.expiryBoot
    walls[index] = target.isEmpty ? .max : target.validUntil
  }

  /// Sorts out which have ended. The wall clock may have been set back.
  mutating func settle(_ targets: [QuoteTarget], at now: Instant) {
    for index in expired.all where !targets[index].isExpired(at: now) { note(targets[index], at: index) }
    while let index = boots.firstDue(at: now.boot) ?? walls.firstDue(at: now.wall) {
      expired.insert(index)
      (boots[index], walls[index]) = (.max, .max)
    }
  }
}
