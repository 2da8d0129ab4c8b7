import ActorKit
import Records
import Wire

/// The epoch of a new incarnation, the same in every store.
enum NextEpoch {
  /// The one above `last`, the highest that is known. Throws when there is no number left.
  static func after(
    _ last: UInt32, of identity: JournalIdentity, path: String
  ) throws(JournalError) -> UInt32 {
    // An executor's core refuses to begin an epoch in which it has given ids.
    if Canary.isSinging(.epochNotRaised), last > 0, identity.kind != "\(ComponentKind.executor)" {
      return last
    }
    let (next, overflows) = last.addingReportingOverflow(1)
    guard !overflows else {
      throw .corrupt(path: path, atSequence: nil, what: "the epoch \(last) is the last possible one")
    }
    return next
  }
}
