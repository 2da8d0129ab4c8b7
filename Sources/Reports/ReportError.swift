import ActorKit
import JournalStore
import Records
import Platform
import Telemetry

/// Why there is no report of a run. Every description says what is wrong, where, and what to do.
public enum ReportError: Error, Equatable, Sendable {
  /// The folder of the run is not there, or is none.
  case noRunFolder(path: String)
  /// A process still has the component's journal open; `processID` is nil when it cannot be told.
  case stillRunning(component: String, processID: Int32?)
  /// A component's journal is missing, damaged, or of another build.
  case journal(component: String, JournalError)
  /// A component's journal is not that of this topology's component.
  case wrongTopology(component: String, what: String)
  /// A row or snapshot of a sound journal has no meaning for this build; row 0 for a snapshot.
  case row(component: String, sequence: Int64, RestoreError)
  /// A file of the run cannot be read.
  case file(FileError)
  /// What is too much for memory could not be kept on disk for the while.
  case workingFile(JournalError)
  /// A file of the run does not say what it should.
  case damaged(path: String, what: String)
}

extension ReportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRunFolder(let path):
      return "\(path): not the folder of a run; give the path below var/ that `waggle run` printed"
    case .stillRunning(let component, let processID):
      let process = processID.map { "process \($0)" } ?? "a process"
      return "\(component) is still running (\(process) holds its journal): end the run with `waggle stop`, "
        + "then ask for the report again"
    case .journal(let component, let error): return "\(component): \(error)"
    case .wrongTopology(let component, let what):
      return "\(component): \(what); give the topology file with which the run was made"
    case .row(let component, let sequence, let error):
      let place = sequence == 0 ? "its newest snapshot" : "row \(sequence)"
      return "journal of \(component), \(place): \(error); use the build that made the run, or a newer one"
    case .file(let error): return "\(error)"
    case .workingFile(let error):
      return "the report's working file: \(error); give it room in the folder that TMPDIR names"
    case .damaged(let path, let what): return "\(path): \(what); move the file away to report without it"
    }
  }
}
