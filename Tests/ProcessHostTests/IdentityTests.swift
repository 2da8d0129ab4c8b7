import ActorKit
import Colony
import Platform
import Testing
import Wire

/// A control port tells commands meant for it from those meant for others.
@Suite struct IdentityTests {
  /// What was answered, and whether the core has seen the command.
  private func answer(_ change: (inout Command) throws -> Void) throws -> (CommandResult, String) {
    let folder = try HostFolder()
    let running = RunningReactor(folder.server, Probe.Plan())
    let client = try ControlClient(folder.server.controlEndpoint)
    var command = Command(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 7, low: 1)), kind: .stop, scope: .firm,
      operatorName: try #require(NameText("tester")),
      colony: try #require(NameText(folder.server.colony)), run: folder.server.identity.colony.run)
    try change(&command)
    var frames = FrameWriter(capacity: 1_024)
    command.encode(into: &frames, reason: "a test".utf8)
    try client.send(frames.bytes.copiedBytes())
    let frame = try client.receive()
    guard case .commandResult(let view) = Inbound(frame.span.bytes) else {
      throw ControlProblem.notAResult(frame.count)
    }
    let (result, text) = (view.block, view.textString)
    try running.stop()
    #expect(running.log.sights.isEmpty, "the core has seen what was not for it")
    #expect(
      result.colony == NameText(folder.server.colony) && result.run == folder.server.identity.colony.run)
    return (result, text)
  }

  @Test func aCommandForAnotherColonyIsRefusedAndToldWhoIsThere() throws {
    let other = try #require(NameText("other"))
    let (result, text) = try answer { $0.colony = other }
    #expect(result.outcome == .refused)
    #expect(text.contains("the command is for colony 'other'; this is component a of colony 'probes', run "))
  }

  @Test func aCommandForAnotherRunIsRefused() throws {
    let other = try #require(NameText("20240808T235413Z-1"))
    let (result, text) = try answer { $0.run = other }
    #expect(result.outcome == .refused)
    #expect(text.contains("the command is for run 20240808T235413Z-1; this is component a"), "\(text)")
  }

  @Test(arguments: [CommandKind.stop, .start, .resume, .flatten])
  func whatMovesMoneyNamesItsColony(kind: CommandKind) throws {
    let (result, text) = try answer { command in
      command.kind = kind
      command.colony = NameText()
    }
    #expect(result.outcome == .refused)
    #expect(text.contains("taken only with the name of the colony"), "\(text)")
  }

  @Test(arguments: [CommandKind.halt, .status])
  func anExpiredCommandIsRefused(kind: CommandKind) throws {
    let (result, text) = try answer { command in
      command.kind = kind
      command.expiryNanos = Clock.wallNanos() - 1
    }
    #expect(result.outcome == .refused)
    #expect(text.contains("has expired"), "\(text)")
  }

  /// The difference of such a time and now is beyond any number: a command must not end the process with it.
  @Test(arguments: [Int64.min + 1, 0, -1]) func anExpiryBeyondAnySpanIsOnlyRefused(_ expiry: Int64) throws {
    let (result, text) = try answer { $0.expiryNanos = expiry }
    #expect(result.outcome == .refused)
    #expect(text.contains("has expired"), "\(text)")
  }

  @Test func socketsOfAHostAreItsUsersAlone() throws {
    let folder = try HostFolder()
    let running = RunningReactor(folder.server, Probe.Plan())
    _ = try ControlClient(folder.server.controlEndpoint).ask(.status, id: 1)
    for endpoint in [folder.server.publishEndpoint, folder.server.controlEndpoint] {
      let path = String(endpoint.dropFirst("ipc://".count))
      #expect(try FileSystem.status(path)?.mode == 0o600)
    }
    try running.stop()
  }

  /// Halting stays easy, and what is meant for this very run is for the core to judge.
  @Test func whatIsMeantForItReachesTheCore() throws {
    for isNamed in [true, false] {
      let folder = try HostFolder()
      let running = RunningReactor(folder.server, Probe.Plan())
      let client = try ControlClient(folder.server.controlEndpoint)
      let command = Command(
        envelope: Envelope(origin: 0, correlation: Correlation(high: 7, low: 1)),
        kind: isNamed ? .stop : .halt, scope: .firm, operatorName: try #require(NameText("tester")),
        colony: isNamed ? try #require(NameText(folder.server.colony)) : NameText(),
        run: isNamed ? folder.server.identity.colony.run : NameText(),
        expiryNanos: Clock.wallNanos() + 3_600 * .nanosPerSecond)
      var frames = FrameWriter(capacity: 1_024)
      command.encode(into: &frames, reason: "a test".utf8)
      try client.send(frames.bytes.copiedBytes())
      try running.waitUntil("the command is there") { !$0.sights.isEmpty }
      #expect(running.log.sights.first?.template == .command)
      try running.stop()
    }
  }
}
