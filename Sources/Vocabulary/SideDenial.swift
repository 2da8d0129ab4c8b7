import ActorKit
import Trading
import Wire

/// What a gate has against one side of a strategy's quotes, and when that is to be told.
///
/// That a check begins to object, that another takes its place and that none does any more is told at once; a
/// check that goes on objecting is counted, and told with its count and newest figures at most once in
/// `pauseNanos`. So what is told is bounded by what changes, not by how often a strategy quotes.
package struct SideDenial: Equatable, Sendable {
  /// Nil while nothing objects.
  package private(set) var finding: Finding?
  /// Some of the side passes all the same.
  package private(set) var isPartial = false
  /// Quotes to which the check objected, one after the other; 0 while nothing objects.
  package private(set) var count: UInt64 = 0
  /// Of the newest of them, or of those that passed.
  package private(set) var revision: UInt64 = 0
  private var quietUntilBoot = Int64.min

  package static let pauseNanos = Int64.nanosPerSecond

  package init() {}

  /// Takes in a verdict on the quotes of a revision; whether it is to be told. Quotes that are judged again
  /// count once.
  package mutating func note(
    _ new: Finding?, isPartial: Bool = false, revision: UInt64, atBoot boot: Int64
  ) -> Bool {
    let isPartial = isPartial && new != nil
    let isAsBefore = new?.check == finding?.check && isPartial == self.isPartial
    if new == nil {
      count = 0
    } else if new?.check != finding?.check {
      count = 1
    } else if revision != self.revision {
      count += 1
    }
    let isMore = new != nil && revision != self.revision
    (finding, self.isPartial, self.revision) = (new, isPartial, revision)
    guard !isAsBefore || isMore && boot >= quietUntilBoot else { return false }
    quietUntilBoot = boot.saturatingAdd(Self.pauseNanos)
    return true
  }
}

extension QuoteDenial {
  /// What `gate` has against a side, as it is told.
  package init(
    account: UInt16, strategy: UInt16, instrument: UInt32, gate: GateCode, side: Side, _ denial: SideDenial
  ) {
    let finding = denial.finding
    let hasFigures = finding.map { $0.unit != .none } ?? false
    self.init(
      envelope: Envelope(origin: 0), account: account, strategy: strategy, instrument: instrument, gate: gate,
      side: SideCode(side), verdict: finding == nil ? .accepted : denial.isPartial ? .reduced : .refused,
      check: finding?.check ?? .none, unit: finding?.unit ?? .none,
      measured: hasFigures ? finding?.measured : nil, limit: hasFigures ? finding?.limit : nil,
      count: denial.count, revision: denial.revision)
  }

  /// Its key on the state lane: what is newer about the same side at the same gate takes its place.
  package var key: UInt64 {
    UInt64(gate.rawValue) << 56 | UInt64(side.rawValue) << 48 | UInt64(strategy) << 32 | UInt64(instrument)
  }
}
