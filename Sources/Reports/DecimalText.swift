/// A whole number of small units as a decimal number of large ones, exactly, without trailing zeros: 1500
/// with three decimals is `1.5`.
func decimalText(_ units: Int64, decimals: Int) -> String {
  precondition((0...18).contains(decimals), "\(decimals) decimals")
  var scale: UInt64 = 1
  for _ in 0..<decimals { scale *= 10 }
  let (whole, fraction) = units.magnitude.quotientAndRemainder(dividingBy: scale)
  var digits = String(fraction)
  digits = String(repeating: "0", count: decimals - min(decimals, digits.count)) + digits
  while digits.last == "0" { digits.removeLast() }
  let sign = units < 0 ? "-" : ""
  return digits.isEmpty || fraction == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(digits)"
}

/// Nanoseconds as microseconds with exactly one decimal, half away from zero: the histograms know no more.
func microsText(_ nanos: Int64) -> String {
  let tenths = (nanos.magnitude + 50) / 100
  let sign = nanos < 0 && tenths > 0 ? "-" : ""
  return "\(sign)\(tenths / 10).\(tenths % 10)"
}
