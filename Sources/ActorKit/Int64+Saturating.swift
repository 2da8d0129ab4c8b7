/// Arithmetic on numbers that somebody else has written: times off a wire, a file or a clock.
///
/// Such numbers may be anything, and a result beyond the range means "further away than any time there is".
/// It stays at the end of the range; nothing traps.
extension Int64 {
  /// The sum, held at the ends of the range.
  @inlinable
  public func saturatingAdd(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    guard overflow else { return sum }
    return other < 0 ? .min : .max
  }

  /// The difference, held at the ends of the range.
  @inlinable
  public func saturatingSubtract(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    guard overflow else { return difference }
    return other < 0 ? .max : .min
  }
}
