import ActorKit
import Journal
import Platform
import ZeroMQ

/// Why a component cannot run. The exit code tells the supervisor what to do (docs/ARCHITECTURE.md, section
/// 8).
public enum HostError: Error, CustomStringConvertible {
  case journal(JournalError)
  case restore(RestoreError, row: Int64, path: String)
  /// The facts between two snapshots lead elsewhere than to the newer one.
  case notReproduced(from: Int64, to: Int64, path: String)
  case socket(ZeroMQError, component: String)
  case system(Platform.SystemError)
  case file(FileError)
  case device(DeviceError)
  case fence(AccountFenceError)

  public var description: String {
    switch self {
    case .journal(let error): "\(error)"
    case .restore(let error, let row, let path):
      "journal \(path), row \(row): \(error). It was written by another version of this program; use that"
        + " one, or start a new run"
    case .notReproduced(let from, let to, let path):
      "journal \(path): the facts after row \(from) do not lead to the state saved at row \(to). This program"
        + " does not reproduce what it once was; keep the files, use the build that wrote them, or start a"
        + " new run after reconciling with the venue"
    case .socket(let error, let component): "\(component): \(error)"
    case .system(let error): "\(error)"
    case .file(let error): "\(error)"
    case .device(let error): "\(error)"
    case .fence(let error): "\(error)"
    }
  }

  /// 75 held by another, 78 a mistake that a restart does not mend, 74 the environment failed.
  public var exitCode: Int32 {
    switch self {
    case .journal(.heldByAnother), .fence: ExitCode.held.rawValue
    case .socket(.addressInUse, _): ExitCode.held.rawValue
    case .socket(.invalidEndpoint, _), .socket(.addressNotAvailable, _), .socket(.permissionDenied, _):
      ExitCode.configuration.rawValue
    case .restore, .notReproduced, .device: ExitCode.configuration.rawValue
    case .journal(let error):
      switch error {
      case .notAJournal, .foreign, .otherBinding, .older, .newer, .corrupt:
        ExitCode.configuration.rawValue
      default: ExitCode.environment.rawValue
      }
    default: ExitCode.environment.rawValue
    }
  }
}
