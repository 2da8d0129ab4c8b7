import HostKit
import Platform
import Records

/// What is kept of this incarnation for a rerun, where that is wanted.
extension Reactor {
  /// Begins the keeping, before the first turn. Where there can be no file it is told, and nothing is kept.
  mutating func beginKeeping(atBootNanos now: Int64) {
    guard let maxBytes = configuration.maxArrivalsBytes else { return }
    let path = ArrivalsFile.path(in: configuration.runFolder, configuration.name, epoch: journal.epoch)
    let head = host.keepInputs(recovered: journal.state, atBootNanos: now)
    do throws(FileError) { arrivals = try ArrivalsFile(path: path, head, maxBytes: maxBytes) } catch {
      log.write(.error, "arrivals", "\(error): nothing is kept for a rerun")
      host.stopKeeping()
    }
  }

  /// Behind everything that the turn sends: nobody waits for it.
  mutating func keepTurn() {
    guard host.kept.isOn, case .over(let why)? = arrivals?.keep(host.takeKept()) else { return }
    log.write(.warning, "arrivals", "\(why): nothing more is kept for a rerun")
    stopKeeping()
  }

  /// After the last turn of all.
  mutating func finishKeeping() {
    if let failure = arrivals?.finish(.asAsked) { log.write(.error, "arrivals", failure) }
    stopKeeping()
  }

  private mutating func stopKeeping() {
    arrivals = nil
    host.stopKeeping()
  }
}
