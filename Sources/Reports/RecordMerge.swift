import Records

/// Two lists, walked side by side in the order of their keys, so that of each no more than one record is in
/// hand.
package struct RecordMerge<Ours: ListedRecord, Theirs: ListedRecord> {
  private var ours: RecordList<Ours>.Walk
  private var theirs: RecordList<Theirs>.Walk

  package init(_ ours: RecordList<Ours>, _ theirs: RecordList<Theirs>) {
    self.ours = ours.walk()
    self.theirs = theirs.walk()
  }

  /// Why the walk has not shown all.
  package var failure: JournalError? { ours.failure ?? theirs.failure }

  /// Visits every record of both lists: of one key first ours, each with whether they have the key too, then
  /// theirs, each with the first of ours and how many of theirs had the key with it.
  package mutating func visit(
    ours visitOurs: (Ours, _ place: Int, _ isTheirsToo: Bool) -> Void,
    theirs visitTheirs: (Theirs, _ place: Int, _ ours: Ours?, _ time: Int) -> Void
  ) {
    while let key = nextKey {
      let isTheirsToo = theirs.head?.key == key
      var first: Ours?
      while ours.head?.key == key, let step = ours.take() {
        if first == nil { first = step.record }
        visitOurs(step.record, step.place, isTheirsToo)
      }
      var time = 0
      while theirs.head?.key == key, let step = theirs.take() {
        time += 1
        visitTheirs(step.record, step.place, first, time)
      }
    }
  }

  private var nextKey: [UInt8]? {
    guard let one = ours.head?.key, let other = theirs.head?.key else {
      return ours.head?.key ?? theirs.head?.key
    }
    return other.lexicographicallyPrecedes(one) ? other : one
  }
}
