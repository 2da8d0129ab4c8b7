import Platform
import Topology
import Wire
import ZeroMQ

// The way from a running session to no process left: the queen ends the session (quotes pulled, orders
// cancelled and confirmed), then the components are ended, last started first.

extension Supervisor {
  /// Who commands, in the colony's books.
  static let operatorName: NameText = {
    guard let name = NameText("waggle run") else { preconditionFailure("an operator's name is ASCII") }
    return name
  }()

  /// Begins to stop, once. `reason` is also the command's: "duration", "operator", "failure".
  func requestStop(_ reason: String, at now: Int64) {
    guard case .running = phase else { return }
    record.reason = reason
    // Without a session there is nothing to cancel and nobody to ask.
    let isSessionKnown = liveBootNanos != nil || (failure == nil && status.session != nil)
    guard isSessionKnown || hasAdopted else { return endAll(at: now) }
    let queen = configuration.topology.queen
    if let own = children.first(where: { $0.number == queen.number }), isGone(own) {
      return askExecutors("the queen is gone", at: now)
    }
    progress.say("stopping (\(reason)): the session cancels and confirms; Ctrl-C again to end at once")
    if let client = ask(queen, reason: reason) {
      phase = .asking(client, untilBootNanos: now + configuration.bounds.queenAnswer)
    } else {
      askExecutors("the queen cannot be asked", at: now)
    }
  }

  /// Programs were taken over from a supervisor that died: their session may trade, heard of or not.
  var hasAdopted: Bool { children.contains(where: \.wasAdopted) }

  /// Moves the stopping on.
  func advance(at now: Int64) {
    switch phase {
    case .running: break
    case .asking(let client, let deadline):
      client.advance(atBootNanos: now)
      if let result = client.result {
        // A queen who is ending the session already has nothing to take.
        guard result.isTaken || isShuttingDown else {
          return askExecutors("the queen refuses: \(printable(result.text))", at: now)
        }
        phase = .finishing(untilBootNanos: now + configuration.bounds.finish)
      } else if now > deadline {
        askExecutors("the queen does not answer", at: now)
      }
    case .finishing(let deadline):
      guard now > deadline else { return }
      trouble("the session did not finish in \(configuration.bounds.finish / 1_000_000_000) s")
      endAll(at: now)
    case .askingExecutors(let clients, let deadline):
      for client in clients { client.advance(atBootNanos: now) }
      if areExecutorsFinished {
        endAll(at: now)
      } else if now > deadline {
        trouble("not every executor finished: orders may still be open at the venue")
        endAll(at: now)
      }
    case .ending(let killTime):
      if now >= killTime { killRest(at: now) }
    case .killing: break
    }
  }

  private func isGone(_ child: SupervisorChild) -> Bool {
    switch child.stage {
    case .over, .abandoned: true
    case .waiting, .running: false
    }
  }

  private func ask(_ component: Component, reason: String) -> ControlClient? {
    let endpoint = configuration.topology.controlEndpoint(of: component, seenFrom: configuration.host)
    // A stranger at the port refuses what is meant for this run; a queen on another host goes by a run of her
    // own.
    var name = configuration.colonyName
    if component.host != configuration.host { name.run = NameText() }
    let request = ControlRequest.command(
      .stop, operatorName: Self.operatorName, reason: reason, of: name)
    do throws(ZeroMQError) {
      return try ControlClient(request, to: endpoint.text(runtimeDirectory: configuration.runtimeDirectory))
    } catch {
      progress.say("\(component.name) cannot be asked to stop: \(error)")
      return nil
    }
  }

  /// The orderly end has failed: the run does not count as ended as asked.
  private func trouble(_ message: String) {
    progress.say(message)
    if failure == nil { failure = (1, message) }
  }

  private var ownExecutors: [Component] {
    configuration.topology.components(of: .executor).filter { $0.host == configuration.host }
  }

  private func askExecutors(_ cause: String, at now: Int64) {
    trouble("\(cause): the executors are asked to cancel")
    let clients = ownExecutors.compactMap { ask($0, reason: record.reason) }
    phase = .askingExecutors(clients, untilBootNanos: now + configuration.bounds.executors)
  }

  /// Finished, or past helping.
  private var areExecutorsFinished: Bool {
    ownExecutors.allSatisfy { executor in
      let isDone = status.member(executor.number)?.state == .finished
      let child = children.first { $0.number == executor.number }
      return isDone || child.map(isGone) ?? true
    }
  }

  /// Sends SIGTERM to everyone, the last started first.
  func endAll(at now: Int64) {
    for child in children.reversed() {
      child.abandon()
      do throws(Platform.SystemError) { try child.terminate() } catch {
        progress.say("\(child.name): \(error)")
      }
    }
    phase = .ending(killAtBootNanos: now + configuration.bounds.terminate)
  }

  /// Sends SIGKILL to those that did not end.
  func killRest(at now: Int64) {
    for child in children.reversed() where child.isRunning {
      record.kills.append(child.name)
      progress.say("\(child.name) does not end: killed")
      do throws(Platform.SystemError) { try child.kill() } catch { progress.say("\(child.name): \(error)") }
    }
    phase = .killing(untilBootNanos: now + configuration.bounds.terminate)
  }
}
