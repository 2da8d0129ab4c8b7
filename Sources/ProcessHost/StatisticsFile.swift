import Dispatch
import JSON5
import Platform
import Synchronization
import Telemetry

/// Writes an incarnation's figures beside the loop, so that encoding them never delays a turn.
///
/// Bound: one file under way; figures that come meanwhile are passed over, for newer ones follow within a
/// second.
final class StatisticsFile: Sendable {
  private let path: String
  private let queue = DispatchQueue(label: "waggle.statistics", qos: .utility)
  private let isBusy = Atomic(false)
  private let failure = Mutex<FileError?>(nil)

  init(path: String) { self.path = path }

  /// Replaces the file, soon.
  func write(_ figures: ComponentFigures) {
    let claim = isBusy.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
    guard claim.exchanged else { return }
    queue.async { [self] in
      replace(figures)
      isBusy.store(false, ordering: .releasing)
    }
  }

  /// Replaces the file before returning: the last figures of an orderly end.
  func writeNow(_ figures: ComponentFigures) { queue.sync { replace(figures) } }

  /// What went wrong since the last call, if anything: a run without figures is still a run.
  func takeFailure() -> FileError? {
    failure.withLock { failure in
      defer { failure = nil }
      return failure
    }
  }

  private func replace(_ figures: ComponentFigures) {
    var json = JSONWriter()
    figures.write(into: &json)
    do throws(FileError) {
      try FileSystem.write(json.bytes, to: path)
    } catch {
      failure.withLock { $0 = error }
    }
  }
}
