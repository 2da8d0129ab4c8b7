/// Numbers as text.
enum Number {
  /// value · 10^decimals.
  static func scaled(_ value: Double, _ decimals: Int) -> Double {
    var result = value
    for _ in 0..<decimals { result *= 10 }
    return result
  }

  /// With a fixed number of decimals, rounded half away from zero.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scaled = Self.scaled(value, decimals).rounded()
    guard scaled.magnitude < 1e15 else { return "\(value)" }
    let units = Int64(scaled.magnitude)
    let digits = String(units)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = scaled < 0 ? "-" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
