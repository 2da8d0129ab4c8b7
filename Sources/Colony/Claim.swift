import Platform
import Topology

/// Takes a supervisor's place in the registry, and with it the ports of its components: all of them, or none
/// and the names of who is there. Nothing has been started then.
struct Claim {
  private let configuration: SupervisorConfiguration
  private let registry: ColonyRegistry

  init(_ configuration: SupervisorConfiguration, _ registry: ColonyRegistry) {
    self.configuration = configuration
    self.registry = registry
  }

  /// The entry as it now stands. A program with a process in it lives already, left behind by an earlier
  /// supervisor of this run: it is adopted.
  func take() throws(SupervisorError) -> LivingColony {
    let lock: FileLock
    do throws(FileLockError) { lock = try registry.lock() } catch { throw .registry(error) }
    let living = try attempt { () throws(FileError) in try registry.living() }
    let earlier = living.first {
      $0.folder == configuration.folder.path && $0.host == configuration.host
    }
    var entry = try newEntry()
    let adopted = try earlier.map { colony throws(SupervisorError) in try adoptable(colony, entry) } ?? []
    for index in entry.programs.indices {
      entry.programs[index].process = adopted.first { $0.name == entry.programs[index].name }?.process
    }
    let components = configuration.startOrder.filter { component in
      !adopted.contains { $0.number == component.number }
    }
    let others = living.filter { $0 != earlier }
    let lines = try Occupants(configuration: configuration, components: components).find(among: others)
    guard lines.isEmpty else { throw .occupied(lines) }
    try attempt { () throws(FileError) in try registry.write(entry) }
    _ = consume lock
    return entry
  }

  private func newEntry() throws(SupervisorError) -> LivingColony {
    let own = try attempt { () throws(FileError) in try ProcessIdentity.of(ProcessStats.ownPID) }
    guard let own else { throw .file(FileError(path: "/proc/self/stat", operation: "read", code: 2)) }
    let topology = configuration.topology
    let directory = configuration.runtimeDirectory
    return LivingColony(
      colony: topology.colony, run: configuration.folder.run, host: configuration.host,
      mode: topology.session.mode.rawValue, folder: configuration.folder.path,
      topologyFile: configuration.topologyFile, fingerprint: topology.fingerprint, supervisor: own,
      startedNanos: Clock.wallNanos(),
      programs: configuration.startOrder.map {
        LivingColony.Program(
          name: $0.name, number: $0.number, publish: $0.publish.text(runtimeDirectory: directory),
          control: $0.control.text(runtimeDirectory: directory))
      })
  }

  /// The programs an earlier supervisor has left, if they are what this one would start.
  private func adoptable(
    _ earlier: LivingColony, _ entry: LivingColony
  ) throws(SupervisorError) -> [LivingColony.Program] {
    let programs = try attempt { () throws(FileError) in try earlier.livingPrograms }
    if try attempt({ () throws(FileError) in try earlier.isSupervised }) {
      throw .occupied(["in use by \(earlier.description), which is supervised"])
    }
    guard !programs.isEmpty else { return [] }
    let isSame = programs.allSatisfy { program in
      entry.programs.contains {
        $0.name == program.name && $0.number == program.number && $0.publish == program.publish
          && $0.control == program.control
      }
    }
    guard isSame, earlier.fingerprint == entry.fingerprint else {
      let names = programs.map { "\($0.name) (process \($0.process?.pid ?? 0))" }.joined(separator: ", ")
      throw .notAdoptable(
        "programs of run \(earlier.run) still live: \(names). They were started with another topology or "
          + "other ports than this: end them with `waggle stop --colony \(earlier.colony)`, or go on with "
          + "\(configuration.folder.topologyPath)")
    }
    return programs
  }

  private func attempt<Result>(
    _ body: () throws(FileError) -> Result
  ) throws(SupervisorError) -> Result {
    do throws(FileError) { return try body() } catch { throw .file(error) }
  }
}
