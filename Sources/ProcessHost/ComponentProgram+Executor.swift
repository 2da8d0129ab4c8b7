import Journal
import Platform
import Topology

extension ComponentProgram {
  /// Takes the one fence of the executor's account on this host, outside any run folder:
  /// `$WAGGLE_STATE/fences`, by default `$XDG_STATE_HOME/waggle/fences` or `~/.local/state/waggle/fences`.
  ///
  /// A simulated account lives in its venue, so two colonies with venues of their own do not exclude each
  /// other.
  public func takeAccountFence() throws(ProgramFailure) -> AccountFence {
    guard case .executor(let role) = component.role, let account = topology.account(named: role.account),
      let venue = topology.component(named: role.venue)
    else { preconditionFailure("'\(component.name)' is no executor") }
    let folder = try Self.stateFolder() + "/fences"
    do throws(FileError) { try FileSystem.createDirectory(folder, mode: 0o700) } catch {
      throw ProgramFailure(HostError.file(error))
    }
    let place = account.isLive ? account.venue : venue.control.text(runtimeDirectory: "")
    let name = String(place.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    do throws(AccountFenceError) {
      return try AccountFence.take(
        path: AccountFence.path(folder: folder, venue: name, account: account.name),
        holder: FenceHolder(
          processID: ProcessStats.ownPID, runFolder: arguments.runFolder, sinceNanos: Clock.wallNanos()))
    } catch {
      throw ProgramFailure(HostError.fence(error))
    }
  }

  private static func stateFolder() throws(ProgramFailure) -> String {
    if let folder = Environment.value("WAGGLE_STATE") { return folder }
    if let folder = Environment.value("XDG_STATE_HOME"), folder.hasPrefix("/") { return "\(folder)/waggle" }
    guard let home = Environment.value("HOME") else {
      throw .configuration("no folder for account fences: set WAGGLE_STATE or HOME")
    }
    return "\(home)/.local/state/waggle"
  }
}
