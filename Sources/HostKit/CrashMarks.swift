import ActorKit

/// Keeps the mark of the input in hand where the next incarnation finds it: memory that outlives the process,
/// or in a simulation the process's next life.
package protocol CrashMarks: AnyObject {
  /// Marks the input as in hand; false if it has killed too often and must be refused.
  func admit(_ mark: CrashMark) -> Bool

  /// The turn is over: nothing is in hand.
  func clear()
}
