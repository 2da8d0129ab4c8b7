import Wire

/// Who was granted which account when, by the queen's frames.
struct HolderWatch {
  private struct Grant {
    let lineage: UInt64
    let moment: Int64
    let lifeNanos: Int64
  }

  private var last: [UInt16: Grant] = [:]

  /// What only reduces may rest on a permit for twice its life.
  mutating func take(_ permit: Permit, at moment: Int64, _ judgement: inout Judgement) {
    guard permit.act == .grant, let lineage = permit.lineage else { return }
    if let former = last[permit.account], former.lineage != lineage {
      let waited = moment - former.moment
      judgement.holds(
        .oneHolder, at: moment, waited > 2 * former.lifeNanos,
        "account \(permit.account) is granted to another journal \(waited / .nanosPerMilli) ms after the last"
          + " grant to the one before, which lives for \(former.lifeNanos / .nanosPerMilli) ms")
    }
    last[permit.account] = Grant(lineage: lineage, moment: moment, lifeNanos: permit.lifeNanos)
  }
}
