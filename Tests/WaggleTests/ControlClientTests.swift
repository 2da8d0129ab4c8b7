import ActorKit
import Colony
import Platform
import Testing
import Wire
import ZeroMQ

private let name: NameText = NameText("tester") ?? NameText()

/// A control port of the test's own.
private final class Port {
  let socket: Socket
  let endpoint: String
  var commands: [(Correlation, CommandKind, String)] = []
  private var head = Message()

  init(_ endpoint: String = "tcp://127.0.0.1:*") throws {
    socket = try Socket(.router, .session())
    try socket.bind(endpoint)
    self.endpoint = socket.lastEndpoint
  }

  /// Takes one request and answers what `answer` makes of it: frames, in order.
  func serve(_ client: ControlClient, _ answer: (Command) -> [[UInt8]]) {
    var body = Message()
    _ = wait {
      client.advance(atBootNanos: Clock.bootNanos())
      guard case .received(let delimited) = socket.receive(identity: &head, body: &body),
        let command = CommandView(body.bytes)
      else { return false }
      commands.append((command.envelope.correlation, command.kind, command.reasonString))
      for frame in answer(command.block) {
        _ = socket.send(to: head.bytes, delimited: delimited, body: frame.span.bytes)
      }
      return true
    }
  }
}

private func result(_ correlation: Correlation, _ outcome: CommandOutcome, _ text: String) -> [UInt8] {
  var frames = FrameWriter()
  let result = CommandResult(
    envelope: Envelope(origin: 0, correlation: correlation), kind: .halt, outcome: outcome, component: 5)
  result.encode(into: &frames, text: text.utf8)
  return frames.bytes.copiedBytes()
}

private func halt() -> ControlRequest {
  .command(.halt, on: .init(account: 1, instrument: 2), operatorName: name, reason: "fat finger")
}

@Test func aCommandIsAnsweredUnderItsCorrelation() throws {
  let port = try Port()
  let client = try ControlClient(halt(), to: port.endpoint)
  port.serve(client) { command in
    #expect(command.scope == .instrument)
    #expect(command.account == 1)
    #expect(command.strategy == nil)
    #expect(command.instrument == 2)
    #expect(command.operatorName.description == "tester")
    #expect(command.envelope.sender == 0)
    return [result(command.envelope.correlation, .done, "halted")]
  }
  #expect(port.commands.map(\.2) == ["fat finger"])
  ControlClient.run([client], untilBootNanos: Clock.bootNanos() + patienceNanos)
  #expect(client.result == ControlResult(component: 5, kind: .halt, outcome: .done, text: "halted"))
  #expect(client.result?.isTaken == true)
}

@Test func strayAndHostileAnswersAreDropped() throws {
  let port = try Port()
  let client = try ControlClient(halt(), to: port.endpoint)
  port.serve(client) { command in
    let mine = command.envelope.correlation
    let other = Correlation(high: mine.high, low: mine.low ^ 2)
    return [
      [], [1, 2, 3], result(other, .done, "not yours"), Array(result(mine, .done, "cut").dropLast(2)),
      result(mine, .refused, "no"),
    ]
  }
  ControlClient.run([client], untilBootNanos: Clock.bootNanos() + patienceNanos)
  #expect(client.strayCount == 4)
  #expect(client.result?.text == "no")
  #expect(client.result?.isTaken == false)
}

@Test func anUnansweredCommandIsRepeatedUnderOneCorrelation() throws {
  let port = try Port()
  let client = try ControlClient(halt(), to: port.endpoint)
  port.serve(client) { _ in [] }
  port.serve(client) { [result($0.envelope.correlation, .duplicate, "seen before")] }
  ControlClient.run([client], untilBootNanos: Clock.bootNanos() + patienceNanos)
  #expect(port.commands.count == 2)
  #expect(port.commands[0].0 == port.commands[1].0)
  #expect(client.result?.isTaken == true)
}

@Test func nobodyThereIsNotSilence() throws {
  let port = try Port()
  let silent = try ControlClient(halt(), to: port.endpoint)
  let lonely = try ControlClient(halt(), to: "tcp://127.0.0.1:1")
  ControlClient.run([silent, lonely], untilBootNanos: Clock.bootNanos() + 500_000_000)
  #expect(silent.stage == .asked)
  #expect(lonely.stage == .connecting)
  #expect(lonely.result == nil)
}

@Test func scopesAreTheNarrowestNamed() {
  #expect(ControlRequest.Target().scope == .firm)
  #expect(ControlRequest.Target(account: 1).scope == .account)
  #expect(ControlRequest.Target(account: 1, strategy: 2).scope == .strategy)
  #expect(ControlRequest.Target(strategy: 2, instrument: 3).scope == .instrument)
}

@Test func correlationsAreNeverNoneNorTheSame() {
  let many = (0..<1000).map { _ in Correlation.random() }
  #expect(Set(many).count == 1000)
  #expect(!many.contains(.none))
}
