import ActorKit
import Arguments
import Colony
import Platform
import Topology
import Vocabulary
import Wire
import ZeroMQ

/// Just enough of a component for the supervisor: it binds its ports, beats, and ends on SIGTERM. As the
/// queen it also publishes a session that is LIVE at once, takes `stop`, and is then finished.
///
/// Other manners are asked for by the file `<name>.manner` in the run folder, or by the variable
/// `FAKE_<NAME>`: `hang` ignores SIGTERM, `deaf` answers no command but `status`, `quiet` does not beat, `exit CODE` ends
/// at once, `killed` dies by SIGKILL after a moment; with `once` before it, only the first time (files only).
struct FakeComponent: ~Copyable {
  private let component: Component
  private let publisher: Socket
  private let control: Socket
  private let signals: SignalSource
  private let manner: String
  private let colony: NameText
  private let run: NameText
  private var state = ComponentState.live
  private var session = SessionCode.live
  private var sequence: UInt64 = 0
  /// A moment after `stop`, as cancelling and confirming take one too.
  private var finishBootNanos = Int64.max
  private var frames = FrameWriter()

  static func run(_ words: [String]) -> Int32 {
    do {
      let syntax = Syntax(
        "fake-component",
        options: [
          .value("--topology", "FILE", ""), .value("--component", "NAME", ""), .value("--run", "FOLDER", ""),
          .value("--port-base", "N", ""), .list("--data", "FILE", ""), .value("--seed", "N", ""),
          .value("--speed", "N", ""),
        ])
      var fake = try FakeComponent(try syntax.parse(words))
      return fake.loop()
    } catch {
      _ = StandardError.write("fake: \(error)\n")
      return 78
    }
  }

  private init(_ arguments: Arguments) throws {
    let signals = try SignalSource([15])
    let bytes = try FileSystem.read(arguments.text("--topology") ?? "", maxBytes: 1 << 20)
    let base = try arguments.integer("--port-base", in: UInt16(1)...65000)
    let topology = try Topology.load(bytes: bytes).applying(Topology.Overrides(portBase: base))
    guard let found = topology.component(named: arguments.text("--component") ?? "") else {
      throw UsageError("no such component")
    }
    let publisher = try Socket(.pub, .stream)
    let control = try Socket(.router, .session())
    let directory = try FileSystem.runtimeDirectory()
    try publisher.bind(found.publish.text(runtimeDirectory: directory))
    try control.bind(found.control.text(runtimeDirectory: directory))
    _ = StandardOutput.write("fake \(found.name) runs\n")
    let runFolder = arguments.text("--run") ?? ""
    let manner = try Self.manner(of: found.name, runFolder: runFolder)
    colony = NameText(topology.colony) ?? NameText()
    run = RunFolder.nameText(of: runFolder)
    component = found
    self.manner = manner
    self.signals = signals
    self.publisher = publisher
    self.control = control
  }

  private static func manner(of name: String, runFolder: String) throws(FileError) -> String {
    if let manner = Environment.value("FAKE_\(name.uppercased())") { return manner }
    let path = "\(runFolder)/\(name).manner"
    guard try FileSystem.exists(path) else { return "" }
    let manner = String(decoding: try FileSystem.read(path, maxBytes: 64), as: UTF8.self)
    guard manner.hasPrefix("once ") else { return manner }
    try FileSystem.remove(path)
    return String(manner.dropFirst("once ".count))
  }

  private mutating func loop() -> Int32 {
    if manner.hasPrefix("exit ") { return Int32(manner.dropFirst("exit ".count)) ?? 1 }
    let deathBootNanos = manner == "killed" ? Clock.bootNanos() + 200_000_000 : Int64.max
    var head = Message()
    var body = Message()
    while true {
      if Clock.bootNanos() > finishBootNanos { state = .finished }
      if Clock.bootNanos() > deathBootNanos { ProcessControl.killSelf() }
      var poller = Poller(capacity: 2)
      _ = poller.add(control)
      _ = poller.add(fileDescriptor: signals.fileDescriptor)
      _ = poller.wait(untilBootNanos: Clock.bootNanos() + 20_000_000)
      if signals.next() != nil, manner != "hang" { return 0 }
      while case .received(let delimited) = control.receive(identity: &head, body: &body) {
        answer(CommandView(body.bytes), to: head.bytes, delimited: delimited)
      }
      if manner != "quiet" { beat() }
    }
  }

  private mutating func answer(_ command: CommandView?, to identity: RawSpan, delimited: Bool) {
    guard let command, command.kind == .status || manner != "deaf" else { return }
    if command.kind == .stop {
      session = .shutdown
      finishBootNanos = min(finishBootNanos, Clock.bootNanos() + 300_000_000)
    }
    let result = CommandResult(
      envelope: Envelope(origin: 0, correlation: command.envelope.correlation), kind: command.kind,
      outcome: command.kind == .status ? .done : .accepted, component: component.number, colony: colony,
      run: run)
    frames.reset()
    let text =
      command.kind == .status
      ? "{\"component\": \"\(component.name)\", \"pid\": \(ProcessStats.ownPID), \"epoch\": 1}"
      : "\(component.name) took \(command.kind.name): \(command.reasonString)"
    result.encode(into: &frames, text: text.utf8)
    if command.kind != .status { _ = StandardOutput.write("\(text)\n") }
    _ = control.send(to: identity, delimited: delimited, body: frames.bytes)
  }

  private mutating func beat() {
    let beat = Heartbeat(
      envelope: Envelope(origin: 0), component: component.number, kind: .operator, state: state, turns: 1,
      received: 1, published: 1, dropped: 0, loopLagMaxNanos: 0, journalRows: 0, journalLagRows: 0,
      residentBytes: 0, cpuNanos: 0, marketNanos: 0, intervalNanos: 50_000_000)
    publish(Topics.heartbeat(component: component.number)) { beat.encode(into: &$0) }
    guard component.kind == .queen else { return }
    let state = SessionState(
      envelope: Envelope(origin: 0), revision: 1, state: session, cause: .none, permit: .open, halted: 0,
      degradations: 0, interruptions: 0, sinceNanos: Clock.wallNanos(), marketStartNanos: nil,
      wallStartNanos: nil, speedMilli: 1000)
    publish(Topics.session) { state.encode(into: &$0) }
  }

  private mutating func publish(_ topic: Topic, _ encode: (inout FrameWriter) -> Range<Int>) {
    frames.reset()
    let range = encode(&frames)
    sequence += 1
    frames.stamp(
      frameAt: range.lowerBound, sender: component.number, epoch: 1, sequence: sequence,
      sent: Clock.wallNanos())
    _ = publisher.send(topic: topic.bytes, body: frames.bytes)
  }
}
