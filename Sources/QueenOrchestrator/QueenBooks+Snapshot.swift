import ActorKit
import Governance

// The state in a snapshot, as `records.xml` describes it.
extension QueenBooks {
  private static let version: UInt16 = 5

  func write(to writer: inout SnapshotWriter) {
    QueenSnapshot(
      version: StateVersion(Self.version), state: state, cause: cause, sinceNanos: sinceNanos,
      isEnded: isEnded, clock: clock, halts: halts, panics: panics, orders: orders, commands: commands,
      degradations: degradations, lost: lost, interruptions: interruptions, fences: fences
    ).write(to: &writer)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    try StateVersion.check(reader, oldest: 1, newest: Self.version)
    let snapshot = try QueenSnapshot(from: &reader)
    try reader.finish()
    state = snapshot.state
    cause = snapshot.cause
    sinceNanos = snapshot.sinceNanos
    isEnded = snapshot.isEnded
    clock = snapshot.clock
    halts = snapshot.halts
    panics = snapshot.panics
    orders = snapshot.orders
    // A state below version 5 has no commands of panics.
    if snapshot.version.number < 5 {
      orders = panics.scopes.map { LatchedOrder(scope: $0, isPanic: true, command: .none) }
    }
    commands = snapshot.commands
    degradations = snapshot.degradations
    lost = snapshot.lost
    interruptions = snapshot.interruptions
    fences = snapshot.fences
  }
}
