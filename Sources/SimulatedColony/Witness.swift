import ActorKit
import HostKit
import Records
import Wire

/// What a judge is told of a program: by the driver, from outside the code that is judged.
struct Witness<Core: ActorCore> {
  /// An incarnation has begun: its epoch, the highest before it, and why its journal is not to be trusted.
  var began: (_ epoch: UInt32, _ former: UInt32, _ impairment: String?, _ moment: Int64) -> Void
  /// A fact is on the disk.
  var fact: (_ fact: Core.Fact, _ moment: Int64) -> Void
  /// An incarnation has found other facts on its disk than were told: these.
  var readAgain: (_ facts: [Core.Fact]) -> Void
  /// All facts of a turn are on the disk.
  var turnEnded: (_ moment: Int64) -> Void
  /// A frame has left.
  var sent:
    (_ frame: [UInt8], _ outlet: Transmission.Outlet, _ clock: SimulatedClock, _ moment: Int64) -> Void
  /// A frame of a link or a caller is taken in.
  var took: (_ frame: [UInt8]) -> Void

  /// A turn is on the disk.
  func stored(_ record: borrowing TurnRecord, _ moment: Int64) {
    do throws(TurnRefusal) {
      try TurnView(record.bytes).forEachFact { row, body in
        fact(Self.fact(row, body.copiedBytes()), moment)
      }
      turnEnded(moment)
    } catch {
      preconditionFailure("a turn that was just stored cannot be read: \(error)")
    }
  }

  static func fact(_ row: JournalRow, _ body: [UInt8]) -> Core.Fact {
    var reader = SnapshotReader(body)
    do throws(RestoreError) { return try Core.Fact(kind: row.kind, from: &reader) } catch {
      preconditionFailure("a fact of kind \(row.kind) in a sound journal cannot be read: \(error)")
    }
  }
}
