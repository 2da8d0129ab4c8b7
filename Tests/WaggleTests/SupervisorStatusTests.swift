import ActorKit
import Colony
import HostKit
import Platform
import Testing
import Topology
import Vocabulary
import Wire
import ZeroMQ

/// What the terminal of a run shows after its executor has come back.
@Suite struct SupervisorStatusTests {
  private typealias Frames = ObservedFrames

  /// The executor as its control port shows it.
  private final class Executor {
    var epoch: UInt32 = 3
    var position: Int64 = 7_000_000
    var alarms: [(sequence: UInt64, text: String)] = []
    var asksForPosition = 0
    var isDeaf = false

    func answer(_ message: borrowing Inbound) -> [[UInt8]] {
      switch copy message {
      case .command(let command):
        let result = CommandResult(
          envelope: Envelope(origin: 0, correlation: command.envelope.correlation), kind: .status,
          outcome: .done, component: 5, colony: NameText("fake") ?? NameText(),
          run: NameText("r") ?? NameText())
        let text = "{\"component\": \"executor\", \"pid\": 12, \"epoch\": \(epoch)}"
        return [frame { result.encode(into: &$0, text: text.utf8) }]
      case .snapshotRequest(let request):
        let correlation = request.envelope.correlation
        if request.topic == Topics.alarm.text {
          let kept = alarms.map { Frames.alarm(epoch: epoch, sequence: $0.sequence, $0.text) }
          return [
            Frames.recent(epoch: epoch, last: alarms.last?.sequence ?? 0, kept, answering: correlation)
          ]
        }
        asksForPosition += 1
        return isDeaf ? [] : [Frames.position(position, epoch: epoch, sequence: 1, answering: correlation)]
      default: return []
      }
    }
  }

  @Test("A position is unknown after a restart until the executor answers; its first alarms are told")
  func afterARestart() throws {
    try withFakeColony { fake in
      let executor = Executor()
      let port = try FakeControlPort(fake.controlEndpoint("executor")) { executor.answer($0) }
      let directory = try FileSystem.runtimeDirectory()
      let component = try #require(fake.topology.component(named: "executor"))
      let publisher = try Socket(.pub, .stream)
      try publisher.bind(component.publish.text(runtimeDirectory: directory))
      let status = try SupervisorStatus(
        fake.topology, ColonyName(named: "fake", run: "r"), seenFrom: "local", runtimeDirectory: directory)
      status.expect(5, process: 12)
      var sequence: UInt64 = 0
      var notices: [String] = []
      func isSeen(_ condition: () -> Bool) -> Bool {
        wait {
          port.serve()
          sequence += 1
          let beat = Frames.beat(5, epoch: executor.epoch, sequence: sequence)
          _ = publisher.send(topic: Topics.heartbeat(component: 5).bytes, body: beat.span.bytes)
          status.drain(atBootNanos: Clock.bootNanos())
          notices += status.takeNotices()
          return condition()
        }
      }
      #expect(isSeen { status.positions.first?.quantity == 7_000_000 }, "asked for at the start")
      executor.epoch = 4
      executor.isDeaf = true
      executor.alarms = [(1, "a position that nobody owns"), (3, "another")]
      #expect(isSeen { status.positions.first?.quantity == nil }, "the old one is not shown any more")
      #expect(
        isSeen {
          notices.contains {
            $0.hasPrefix("critical from executor at ") && $0.hasSuffix("a position that nobody owns")
          }
        }, "\(notices)")
      #expect(notices.contains("1 alarm of executor missed: its log, executor.log, has it"), "\(notices)")
      executor.position = 0
      executor.isDeaf = false
      #expect(isSeen { status.positions.first?.quantity == 0 })
      #expect(notices.count { $0.contains("another") } == 1, "each is told once: \(notices)")
    }
  }
}
