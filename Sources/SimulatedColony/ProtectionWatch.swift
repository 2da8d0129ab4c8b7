import Trading

/// Since when stops have not been what they should be.
struct ProtectionWatch {
  /// What is protected together.
  struct Place: Hashable {
    let component: UInt16
    let instrument: UInt32
    /// Of the position.
    let side: Side
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
