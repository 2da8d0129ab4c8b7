import Trading

/// Since when what has no stop has had none.
struct ProtectionWatch {
  /// What is protected together.
  struct Place: Hashable {
    let component: UInt16
    let instrument: UInt32
    /// Of the position.
    let side: Side
  }

  private var since: [Place: Int64] = [:]

  mutating func isCovered(_ place: Place) { since[place] = nil }

  /// It is bare now; since when.
  mutating func isBare(_ place: Place, at moment: Int64) -> Int64 {
    let begun = since[place] ?? moment
    since[place] = begun
    return begun
  }
}
