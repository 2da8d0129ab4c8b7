import Platform

// What the host's registry of living colonies says of this run.

extension Supervisor {
  /// Names the programs that an earlier supervisor has left and this one looks after from now on.
  func noteAdopted() {
    for child in children {
      guard let identity = child.identity else { continue }
      status.expect(child.number, process: identity.pid)
      progress.say("\(child.name) adopted: process \(identity.pid) of this run goes on")
      do throws(Platform.SystemError) { try child.takePlace() } catch {
        progress.say("\(child.name) goes on as it was scheduled: \(error)")
      }
    }
  }

  func noteStarted(_ child: SupervisorChild) {
    if let identity = child.identity { status.expect(child.number, process: identity.pid) }
    guard let index = entry.programs.firstIndex(where: { $0.number == child.number }) else { return }
    entry.programs[index].process = child.identity
    do throws(FileError) { try registry.write(entry) } catch {
      progress.say("the registry of living colonies cannot be written: \(error)")
    }
  }

  /// What still runs stays in the registry, so that it can be found.
  func leaveRegistry() {
    guard !children.contains(where: \.isRunning) else { return }
    do throws(FileError) { try registry.remove(entry) } catch {
      progress.say("the registry of living colonies cannot be written: \(error)")
    }
  }
}
