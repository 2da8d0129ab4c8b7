import ActorKit
import HostKit
import Records
import Wire

/// What a judge is told of a program: by the driver, from outside the code that is judged.
struct Witness<Core: ActorCore> {
  /// An incarnation has begun: its epoch, why its journal is not to be trusted, and whether its disk could
  /// not be written.
  var began: (_ epoch: UInt32, _ impairment: String?, _ isDiskShort: Bool, _ moment: Int64) -> Void
  /// It goes on from this, and whether its journal is to be trusted.
  var recovered: (_ state: HostState, _ isStored: Bool) -> Void
  /// A fact is on the disk.
  var fact: (_ fact: Core.Fact, _ moment: Int64) -> Void
  /// An incarnation has found other facts on its disk than were told: these.
  var readAgain: (_ facts: [Core.Fact]) -> Void
  /// All facts of a turn are on the disk.
  var turnEnded: (_ moment: Int64) -> Void
  /// A mark of what was taken in is on the disk.
  var mark: (_ mark: JournalMark) -> Void
  /// A frame has left, to a component where it is for one.
  var sent: (_ frame: [UInt8], _ receiver: UInt16?, _ clock: SimulatedClock, _ moment: Int64) -> Void
  /// A frame of a link or a caller is taken in.
  var took: (_ frame: [UInt8], _ moment: Int64) -> Void
  /// A frame of a stream is taken in.
  var tookPublished: (_ topic: Topic, _ frame: [UInt8], _ moment: Int64) -> Void
  /// A turn is over and all of it carried out; whether the journal is to be trusted.
  var turnOver: (_ host: borrowing HostCore<Core>, _ isStored: Bool, _ moment: Int64) -> Void

  /// A turn is on the disk.
  func stored(_ record: borrowing TurnRecord, _ moment: Int64) {
    do throws(TurnRefusal) {
      let view = try TurnView(record.bytes)
      view.forEachMark { mark($0) }
      view.forEachFact { row, body in fact(Self.fact(row, body.copiedBytes()), moment) }
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
