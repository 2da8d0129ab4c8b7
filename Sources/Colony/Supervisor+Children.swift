import Platform

// The children's lives: start, death, restart.

extension Supervisor {
  /// Exit codes after which a component is not started again: wrong usage, held by another, configuration.
  static let finalExitCodes = ExitCode.finalOnes

  func startDue(at now: Int64) {
    for child in children {
      guard case .waiting(let time) = child.stage, time <= now else { continue }
      if case .ending = phase { return }
      if case .killing = phase { return }
      do throws(FileError) {
        try child.start()
        noteStarted(child)
      } catch {
        child.abandon()
        let message = "\(child.name) cannot be started: \(error)"
        if child.isObserver {
          progress.say(message)
        } else {
          fail(ExitCode.environment.rawValue, message, at: now)
        }
      }
    }
  }

  /// Looks at every child: several ends may come as one SIGCHLD.
  func collectEnded(at now: Int64) {
    for child in children {
      guard let end = child.takeEnd() else { continue }
      switch phase {
      case .ending, .killing: continue
      default: takeDeath(of: child, end, at: now)
      }
    }
  }

  private func takeDeath(of child: SupervisorChild, _ end: ChildStatus, at now: Int64) {
    if case .exited(let code) = end, Self.finalExitCodes.contains(code) {
      if child.isObserver { return leave(child, "\(end)") }
      fail(code, "\(child.name) \(end)\n\(output(of: child))", at: now)
      return
    }
    switch child.restarts.died(atBootNanos: now) {
    case .restart(let delay):
      record.restarts.append(
        SupervisorRecord.Restart(component: child.name, atNanos: Clock.wallNanos(), status: "\(end)"))
      child.restart(atBootNanos: now + delay)
      progress.say("\(child.name) \(end); started again in \(delay / 1_000_000) ms")
      writeRecord()
    case .giveUp where child.isObserver:
      leave(child, "\(end), too often")
    case .giveUp:
      let restart = configuration.topology.restart
      fail(
        1,
        "\(child.name) \(end), more than \(restart.restarts) times within "
          + "\(restart.windowNanos / 1_000_000_000) s: the session is stopped\n\(output(of: child))",
        at: now)
    }
  }

  /// An observer is not started again: the session goes on without it.
  private func leave(_ child: SupervisorChild, _ end: String) {
    progress.say(
      "\(child.name) \(end): it is not started again, and the session goes on; observers can listen to the "
        + "publishers themselves (waggle-monitor --direct)\n\(output(of: child))")
  }

  private func output(of child: SupervisorChild) -> String {
    do throws(FileError) {
      let text = try child.lastOutput()
      return text.isEmpty ? "it said nothing (\(child.outputPath))" : "it said: \(printableLines(text))"
    } catch {
      return "its output cannot be read: \(error)"
    }
  }

  /// Something has gone wrong that the run does not survive. The first one is the run's result.
  func fail(_ exitCode: Int32, _ message: String, at now: Int64) {
    progress.say(message)
    if failure == nil { failure = (exitCode, message) }
    requestStop("failure", at: now)
  }

  func writeRecord() {
    do throws(FileError) {
      try record.write(to: configuration.folder.supervisorPath)
    } catch {
      progress.say("the supervisor's record cannot be written: \(error)")
    }
  }

  func keepEarlierRecord() {
    do throws(FileError) {
      try SupervisorRecord.keepEarlier(configuration.folder)
    } catch {
      progress.say("the record of the run's earlier part cannot be kept: \(error)")
    }
  }
}

private func printableLines(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
    .joined(separator: "\n")
}
