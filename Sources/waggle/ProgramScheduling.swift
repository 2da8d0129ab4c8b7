import Colony
import Console
import Platform
import Topology

/// How the living programs of a colony on this host are really scheduled, by the kernel's word.
struct ProgramScheduling {
  let scheduling: SchedulingClass
  let processors: [Int]

  /// Nil of a program that does not live here, or is not in the registry.
  static func of(_ component: Component, _ place: ColonyPlace) -> ProgramScheduling? {
    let programs = place.living.flatMap(\.programs)
    guard let process = programs.first(where: { $0.number == component.number })?.process else { return nil }
    do throws(FileError) { guard try process.isAlive else { return nil } } catch { return nil }
    do throws(Platform.SystemError) {
      guard let scheduling = try SchedulingClass.of(thread: process.pid) else { return nil }
      return ProgramScheduling(
        scheduling: scheduling, processors: try Processors.allowed(thread: process.pid))
    } catch {
      // It only informs.
      return nil
    }
  }

  /// `realtime: feed SCHED_FIFO 10 on 1, …`; nil where everyone has an ordinary share.
  static func line(_ place: ColonyPlace) -> String? {
    let names = place.topology.components.compactMap { component -> String? in
      guard let found = of(component, place), found.scheduling != .ordinary else { return nil }
      let processors = found.processors.map(String.init).joined(separator: " ")
      return "\(component.name) \(found.scheduling) on \(processors)"
    }
    return names.isEmpty ? nil : "realtime: \(names.joined(separator: ", "))"
  }
}
