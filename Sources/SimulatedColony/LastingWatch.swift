import Trading

/// Since when something has been so that must not last.
struct LastingWatch {
  /// Where: an executor, and of it an instrument and a side.
  struct Place: Hashable {
    let component: UInt16
    var instrument: UInt32 = 0
    /// Of the position.
    var side: Side?
  }

  private var since: [Place: Int64] = [:]

  mutating func end(_ place: Place) { since[place] = nil }

  /// It is so now; since when.
  mutating func begin(_ place: Place, at moment: Int64) -> Int64 {
    let begun = since[place] ?? moment
    since[place] = begun
    return begun
  }
}
