import ActorKit

/// Tells new trades from repeated and late ones by their ids, which rise by one.
struct TradeSequence {
  enum Verdict: Equatable {
    /// `missing` ids were jumped over.
    case new(missing: Int)
    case duplicate
    /// Below the last and not among the last 64 seen.
    case late
    /// Too far from the last to be believed at once.
    case leap
  }

  private var last: Int64?
  /// Bit `i`: the id `last - i` was seen.
  private var seen: UInt64 = 0
  private var leaps = LeapCheck()

  mutating func take(_ id: Int64) -> Verdict {
    guard let last else {
      self.last = id
      seen = 1
      return .new(missing: 0)
    }
    // Ids are not negative, so the distance fits.
    let ahead = id - last
    switch leaps.judge(UInt64(clamping: id), last: UInt64(clamping: last)) {
    case .near: break
    case .doubted: return .leap
    case .confirmed:
      self.last = id
      seen = 1
      // Numbered anew, nothing lies between.
      let isGap = ahead > 0 && ahead.magnitude <= LeapCheck.mostGap
      return .new(missing: isGap ? Int(ahead - 1) : 0)
    }
    if ahead > 0 {
      self.last = id
      seen = (ahead < 64 ? seen << UInt64(ahead) : 0) | 1
      return .new(missing: Int(ahead - 1))
    }
    guard ahead > -64, seen & (1 << UInt64(-ahead)) != 0 else { return .late }
    return .duplicate
  }
}
