import ActorKit

/// Which of the venue's numbered reports have not come: what they told of is learned only by asking.
///
/// The venue numbers an account's reports without a hole. A number that is jumped over may still be on its
/// way; after a moment it counts as lost. One wild number changes nothing. A venue that gives no numbers
/// loses nothing here and nothing is noticed; the routine comparison remains.
///
/// Bound: `mostMissing` numbers, the newest; after more nothing is lost but the moment at which all are known
/// to be in an answer.
struct ReportOrder: Equatable, Sendable {
  static let mostMissing = 32

  private var last: UInt64 = 0
  private var leaps = LeapCheck()
  /// Rising.
  private(set) var missing: [UInt64] = []

  /// Takes a report's number in; 0 for none. True if it begins a gap.
  mutating func take(_ number: UInt64) -> Bool {
    guard number > 0, number != last else { return false }
    if last > 0 {
      switch leaps.judge(number, last: last) {
      case .near: break
      case .doubted: return false
      // The venue numbers anew: a restart, after which the link's own comparison asks for everything.
      case .confirmed:
        last = number
        missing.removeAll(keepingCapacity: true)
        return false
      }
    }
    guard number > last else {
      missing.removeAll { $0 == number }
      return false
    }
    defer { last = number }
    guard last > 0, number - last > 1 else { return false }
    let begins = missing.isEmpty
    // The newest are those that an answer must reach.
    let first = max(last + 1, number - UInt64(min(Self.mostMissing, Int(clamping: number - 1))))
    missing.append(contentsOf: first..<number)
    if missing.count > Self.mostMissing { missing.removeFirst(missing.count - Self.mostMissing) }
    return begins
  }

  /// An answer showed the account as it was after the report of this number.
  mutating func learned(through number: UInt64) { missing.removeAll { $0 <= number } }

  /// They will not come, and asking did not help.
  mutating func giveUp() { missing.removeAll(keepingCapacity: true) }
}
