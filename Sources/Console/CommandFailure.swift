import Arguments
import Platform

/// Why a command ends without having done its work.
package struct CommandFailure: Error {
  package let exitCode: Int32
  package let message: String

  package init(_ exitCode: Int32, _ message: String) {
    self.exitCode = exitCode
    self.message = message
  }

  package init(_ code: ExitCode, _ message: String) { self.init(code.rawValue, message) }

  package init(_ error: UsageError) { self.init(UsageError.exitCode, "\(error)") }
}
