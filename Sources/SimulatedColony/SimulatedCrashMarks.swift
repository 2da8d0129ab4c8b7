import ActorKit
import HostKit

/// What a program keeps beside its journal, in memory that outlives its process, and not always its machine.
///
/// Programs die of kills here and never of an input, so no input is ever refused.
final class SimulatedCrashMarks: CrashMarks {
  /// The highest epoch that any incarnation had.
  private(set) var lastEpoch: UInt32 = 0
  private(set) var lastLineage: UInt64 = 0
  /// Turns that were cut off the journal and not made good.
  var cutTurns: UInt32 = 0

  func admit(_ mark: CrashMark) -> Bool { true }
  func clear() {}

  /// The machine loses its power, and the memory was not on the disk yet.
  func lose() { (lastEpoch, lastLineage, cutTurns) = (0, 0, 0) }

  func keep(epoch: UInt32) { lastEpoch = max(lastEpoch, epoch) }
  func keep(lineage: UInt64) { lastLineage = lineage }
}
