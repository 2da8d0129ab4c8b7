import ActorKit
import Colony
import Foundation
import JournalStore
import Records
import Platform
import ProcessHost
import Testing
import ZeroMQ

/// What a start meets in the environment, and how it says so.
@Suite struct StartTests {
  @Test func aSecondProcessOnTheSameJournalIsRefusedAtOnce() async throws {
    let folder = try HostFolder()
    let running = RunningReactor(folder.server, Probe.Plan())
    let client = try ControlClient(folder.server.controlEndpoint)
    #expect(try client.ask(.status, id: 1).contains("\"a\""))
    await #expect(processExitsWith: .exitCode(75)) { [path = folder.path as String] in
      do throws(HostError) {
        _ = try Reactor(
          HostFolder.server(path), core: Probe(Probe.Plan()),
          stop: StopSignals())
      } catch {
        guard case .journal(.heldByAnother) = error, "\(error)".contains("a.journal") else { exit(1) }
        exit(error.exitCode)
      }
    }
    #expect(try client.ask(.status, id: 2).contains("\"epoch\":1"), "the first was not disturbed")
    try running.stop()
  }

  @Test func anOccupiedPortIsNamedAndEndsWithCode75() throws {
    let folder = try HostFolder()
    let holder = try Socket(.rep, SocketOptions())
    try holder.bind("tcp://127.0.0.1:*")
    var configuration = folder.server
    configuration.controlEndpoint = holder.lastEndpoint
    let error = Self.startError(configuration)
    guard case .socket(.addressInUse, "a") = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(error?.exitCode == 75)
    #expect("\(error!)".contains(holder.lastEndpoint), "\(error!)")
    // The journal is free again: the next start needs no cleaning up.
    #expect(Self.startError(folder.server) == nil)
  }

  @Test func aPortThatComesFreeInTimeIsTaken() throws {
    let folder = try HostFolder()
    let endpoint: String
    do {
      let probe = try Socket(.rep, SocketOptions())
      try probe.bind("tcp://127.0.0.1:*")
      endpoint = probe.lastEndpoint
    }
    var configuration = folder.server
    configuration.controlEndpoint = endpoint
    // Closing is asynchronous, so the first attempts may still find the port taken.
    #expect(Self.startError(configuration) == nil)
  }

  @Test func anEndpointThatIsNoneIsAMistakeInTheConfiguration() throws {
    let folder = try HostFolder()
    var configuration = folder.server
    configuration.publishEndpoint = "tcp:/127.0.0.1:1"
    #expect(Self.startError(configuration)?.exitCode == 78)
  }

  private static func startError(_ configuration: HostConfiguration) -> HostError? {
    do throws(HostError) {
      _ = try Reactor(
        configuration, core: Probe(Probe.Plan()), stop: StopSignals())
      return nil
    } catch {
      return error
    }
  }
}
