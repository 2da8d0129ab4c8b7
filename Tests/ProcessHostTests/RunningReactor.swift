import ActorKit
import Colony
import CoreTestKit
import Foundation
import Platform
import ProcessHost
import Telemetry
import Testing
import Wire

/// A reactor with a probe on a thread of its own, as it would be alone in its process.
final class RunningReactor: @unchecked Sendable {
  let log: ProbeLog
  private let done = DispatchSemaphore(value: 0)
  private var ended: (core: Probe, statistics: HostStatistics)?
  private var failure: (any Error)?

  /// How long a test waits for what happens in milliseconds on an idle machine. Only a failure gets near it.
  static let patienceSeconds = 300

  convenience init(_ configuration: HostConfiguration, _ plan: Probe.Plan) {
    self.init(configuration, plan, device: nil)
  }

  init(_ configuration: HostConfiguration, _ plan: Probe.Plan, device: (any Device & Sendable)?) {
    let log = ProbeLog()
    self.log = log
    Thread.detachNewThread { [self] in
      do {
        var reactor = try Reactor(
          configuration, core: Probe(plan, log: log), device: device, stop: StopSignals())
        try reactor.run()
        ended = (reactor.core, reactor.statistics)
      } catch {
        failure = error
      }
      done.signal()
    }
  }

  /// Waits for the reactor's own end; what its core and host have come to.
  func wait() throws -> (core: Probe, statistics: HostStatistics) {
    try #require(done.wait(timeout: .now() + .seconds(Self.patienceSeconds)) == .success, "the reactor hangs")
    if let failure { throw failure }
    return try #require(ended)
  }

  @discardableResult
  func stop() throws -> (core: Probe, statistics: HostStatistics) {
    log.askToStop()
    return try wait()
  }

  /// Waits until the log shows something.
  func waitUntil(_ what: String, _ condition: (ProbeLog) -> Bool) throws {
    let deadline = Clock.bootNanos() + Int64(Self.patienceSeconds) * .nanosPerSecond
    while !condition(log) {
      try #require(Clock.bootNanos() < deadline, "waited in vain until \(what)")
      ProcessControl.pause(nanos: 2 * .nanosPerMilli)
    }
  }
}

/// A folder of its own for each test, removed at its end.
final class HostFolder: Sendable {
  let path: String

  init() throws { path = try FileSystem.temporaryDirectory("waggle-host") }

  deinit {
    do { try FileSystem.remove(path) } catch { Issue.record(error) }
  }

  /// Component 1 is `a`, the server; component 2 is `b`, which listens to it and calls it.
  static func server(_ path: String, hasSession: Bool = true) -> HostConfiguration {
    HostConfiguration(
      colony: "probes", name: "a", number: 1, publishEndpoint: "ipc://\(path)/a.pub",
      controlEndpoint: "ipc://\(path)/a.ctl", wiring: Wiring(sessionClients: hasSession ? [2] : []),
      runFolder: path)
  }

  static func client(
    _ path: String,
    prefixes: [Topic] = [
      HandMadeFrames.topic("market"), HandMadeFrames.topic("colony", "heartbeat"),
      HandMadeFrames.topic("colony", "sequences"),
    ],
    expected: [Topic] = [], hasSession: Bool = true
  ) -> HostConfiguration {
    HostConfiguration(
      colony: "probes", name: "b", number: 2, publishEndpoint: "ipc://\(path)/b.pub",
      controlEndpoint: "ipc://\(path)/b.ctl",
      wiring: Wiring(
        subscriptions: [.init(component: 1, prefixes: prefixes, expected: expected)],
        links: [.init(component: 1, hasSession: hasSession)]),
      peers: [1: .init(publish: "ipc://\(path)/a.pub", control: "ipc://\(path)/a.ctl")], runFolder: path)
  }

  var server: HostConfiguration { Self.server(path) }
  var client: HostConfiguration { Self.client(path) }
}
