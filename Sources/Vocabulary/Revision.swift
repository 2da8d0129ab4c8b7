/// How components number what is superseded by its next: states of the session, signals, targets.
///
/// The epoch stands above, a count within it below, so that the next incarnation's are greater.
public enum Revision {
  /// The revision of the `count`th in an epoch.
  public static func of(epoch: UInt32, count: UInt64) -> UInt64 { UInt64(epoch) << 40 | count }

  /// Whether a revision can have been made in this epoch or before. A greater one would make all that its
  /// sender says later old, for ever.
  public static func isPossible(_ revision: UInt64, in epoch: UInt32) -> Bool {
    revision >> 40 <= UInt64(epoch)
  }
}
