import ActorKit

/// Makes a component's state of its facts once more, to hold the snapshots of its journal against it.
public protocol FactReplay {
  /// Takes in the next row.
  mutating func take(kind: UInt16, _ body: [UInt8]) throws(RestoreError)

  /// Holds a snapshot against the facts taken in so far.
  mutating func check(snapshot state: [UInt8], atRow row: Int64) throws(RestoreError)

  /// What is wrong with facts and snapshots so far, in words; empty while all fits.
  var doubts: [String] { get }
}

extension ExecutorHistory: FactReplay {
  public var doubts: [String] { irregularities.kept.map(\.text) }
}

/// Any core: the state is what its own `apply` makes, and a snapshot fits when it says the same.
///
/// The cores trap on facts that cannot follow from those before, rightly; executors and venues have histories
/// that look first, the others' facts are absolute.
public struct CoreReplay<Core: ActorCore>: FactReplay {
  public private(set) var doubts: [String] = []

  private var core: Core
  private let blank: Core

  /// `core` is new: it has taken in nothing.
  public init(_ core: Core) {
    self.core = core
    blank = core
  }

  public mutating func take(kind: UInt16, _ body: [UInt8]) throws(RestoreError) {
    var reader = SnapshotReader(body)
    let fact = try Core.Fact(kind: kind, from: &reader)
    try reader.finish()
    core.apply(fact)
  }

  public mutating func check(snapshot state: [UInt8], atRow row: Int64) throws(RestoreError) {
    var restored = blank
    var reader = SnapshotReader(state)
    try restored.restore(from: &reader)
    try reader.finish()
    var (ours, theirs) = (SnapshotWriter(), SnapshotWriter())
    core.save(into: &ours)
    restored.save(into: &theirs)
    guard ours.bytes != theirs.bytes else { return }
    doubts.append("the snapshot at row \(row) is not what the facts before it make")
  }
}
