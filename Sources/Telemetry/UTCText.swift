/// A time as people and tools read it: `2024-08-08T23:54:13.900000000Z`.
public enum UTCText {
  /// ISO 8601 in UTC with nanoseconds, from nanoseconds since 1970-01-01T00:00Z; any Int64 is in range
  /// (1677…2262).
  public static func text(unixNanos: Int64) -> String {
    let (day, nanosOfDay) = floorDivide(unixNanos, by: 86_400_000_000_000)
    let date = civil(daysSince1970: day)
    let (seconds, nanos) = floorDivide(nanosOfDay, by: 1_000_000_000)
    let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
      + time.joined(separator: ":") + ".\(padded(nanos, 9))Z"
  }

  private static func floorDivide(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// The Gregorian date of a day. Years are counted from 1 March, so that the leap day comes last, in eras of
  /// 400 years (146,097 days), after which the calendar repeats.
  private static func civil(daysSince1970 day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(day + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // Months from March have 31, 30, 31, 30, 31 days and again: 153 days in five.
    let marchMonth = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth)
  }
}
