import ActorKit
import HostKit
import Journal
import Platform
import Records
import ZeroMQ

/// Why a component cannot run. The exit code tells the supervisor what to do (docs/ARCHITECTURE.md, section
/// 8).
public enum HostError: Error, CustomStringConvertible {
  case journal(JournalError)
  case recovery(RecoveryError)
  case socket(ZeroMQError, component: String)
  case system(Platform.SystemError)
  case file(FileError)
  case device(DeviceError)
  case fence(AccountFenceError)

  public var description: String {
    switch self {
    case .journal(let error): "\(error)"
    case .recovery(let error): "\(error)"
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
    case .device: ExitCode.configuration.rawValue
    case .recovery(.restore), .recovery(.notReproduced): ExitCode.configuration.rawValue
    case .journal(let error), .recovery(.journal(let error)): Self.exitCode(of: error)
    default: ExitCode.environment.rawValue
    }
  }

  private static func exitCode(of error: JournalError) -> Int32 {
    switch error {
    case .notAJournal, .foreign, .otherBinding, .older, .newer, .corrupt: ExitCode.configuration.rawValue
    default: ExitCode.environment.rawValue
    }
  }
}
