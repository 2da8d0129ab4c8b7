/// How far an epoch may rise between two messages of one who says to be the same component.
///
/// A greater epoch supersedes a smaller one for ever, so one that restarts cannot explain is not believed:
/// it would lock the true component out.
public enum EpochBound {
  /// So many restarts may have gone unheard.
  public static let maxRestarts: UInt64 = 1_000
  /// A clock may be this far ahead of ours.
  public static let maxAheadNanos: Int64 = 60 * .nanosPerSecond

  /// The greatest epoch to be believed after `known`, 0 for none known: an incarnation without a journal
  /// takes the second of the wall clock for its epoch.
  public static func greatest(after known: UInt32, wallNanos: Int64) -> UInt64 {
    let second = wallNanos / .nanosPerSecond + maxAheadNanos / .nanosPerSecond
    return max(UInt64(known) + maxRestarts, UInt64(max(0, second)))
  }
}
