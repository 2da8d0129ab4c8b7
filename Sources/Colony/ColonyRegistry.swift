import Platform
import Topology

/// Which colonies live on this host: a file for each run and host below the runtime directory, written by its
/// supervisor, so that commands find them from any folder and nobody starts on their ports.
///
/// An entry whose supervisor and programs have all ended is stale, and is removed by whoever finds it. A
/// supervisor that is killed leaves its entry, and with it the names of the programs it has left behind.
public struct ColonyRegistry: Sendable {
  public let folder: String

  static let maxBytes = 1 << 20
  /// Changes wait this long for each other. Under the lock a supervisor looks at its ports, which takes
  /// about a second when somebody is there.
  static let lockNanos: Int64 = 10_000_000_000

  public init(runtimeDirectory: String) { folder = "\(runtimeDirectory)/colonies" }

  /// Those that live, by colony, run and host.
  public func living() throws(FileError) -> [LivingColony] {
    var living: [LivingColony] = []
    var stale: [String] = []
    for name in try names() {
      // One that cannot be read hides itself and nobody else: a command to another colony must get through.
      do throws(FileError) {
        guard let entry = try read(name) else { continue }
        if try entry.isAlive { living.append(entry) } else { stale.append(name) }
      } catch { continue }
    }
    // What is left over only costs a look; a full disk must not keep a panic from being sent.
    do throws(FileError) { if !stale.isEmpty { try clean(stale) } } catch { return living }
    return living
  }

  /// The entry of a run's part on a host, whether or not it still lives.
  public func entry(folder: String, host: String) throws(FileError) -> LivingColony? {
    for name in try names() {
      if let entry = try read(name), entry.folder == folder, entry.host == host { return entry }
    }
    return nil
  }

  /// Replaces the entry as a whole.
  package func write(_ entry: LivingColony) throws(FileError) {
    try FileSystem.createDirectory(folder, mode: 0o700)
    try FileSystem.write(Array(entry.json.utf8), to: path(of: entry), mode: 0o600)
  }

  package func remove(_ entry: LivingColony) throws(FileError) { try FileSystem.remove(path(of: entry)) }

  /// The sole right to begin on this host, held as long as the value lives. Of two supervisors that start at
  /// the same instant the second sees the first one's entry.
  package func lock() throws(FileLockError) -> FileLock {
    do throws(FileError) { try FileSystem.createDirectory(folder, mode: 0o700) } catch { throw .file(error) }
    let deadline = Clock.bootNanos() + Self.lockNanos
    while true {
      do throws(FileLockError) {
        return try FileLock("\(folder)/lock")
      } catch {
        guard case .held = error, Clock.bootNanos() < deadline else { throw error }
        ProcessControl.pause(nanos: 10_000_000)
      }
    }
  }

  private func names() throws(FileError) -> [String] {
    guard try FileSystem.exists(folder) else { return [] }
    return try FileSystem.list(folder).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
  }

  /// Nil when it has gone meanwhile, or is none of this version.
  private func read(_ name: String) throws(FileError) -> LivingColony? {
    do throws(FileError) {
      return LivingColony(try FileSystem.read("\(folder)/\(name)", maxBytes: Self.maxBytes))
    } catch {
      guard error.isMissing else { throw error }
      return nil
    }
  }

  /// Under the lock, and looked at once more: a run may have been continued meanwhile. Whoever finds the lock
  /// taken leaves the cleaning to the next.
  private func clean(_ names: [String]) throws(FileError) {
    let lock: FileLock
    do throws(FileLockError) {
      lock = try FileLock("\(folder)/lock")
    } catch {
      if case .file(let error) = error { throw error }
      return
    }
    for name in names {
      guard let entry = try read(name), try !entry.isAlive else { continue }
      try FileSystem.remove("\(folder)/\(name)")
    }
    _ = consume lock
  }

  /// Two runs of one name and second below different folders are two.
  private func path(of entry: LivingColony) -> String {
    let mark = String(Topology.fnv1a(entry.folder.utf8), radix: 16)
    return "\(folder)/\(entry.colony).\(entry.run).\(entry.host).\(mark).json"
  }
}
