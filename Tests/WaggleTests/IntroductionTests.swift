import ActorKit
import Platform
import Testing
import Wire

import Colony
import HostKit

/// A supervisor believes only the processes it has started.
@Suite struct IntroductionTests {
  /// What becomes of a beat under a component's number when this is what its control port says.
  private func listen(
    colony: String = "fake", run: String = "r", pid: Int = 12, epoch: Int = 7
  ) throws -> (believed: Int, stranger: String?) {
    try withFakeColony { fake in
      let endpoint = try fake.controlEndpoint("queen")
      let port = try FakeControlPort(endpoint) { message in
        guard case .command(let command) = copy message else { return [] }
        let result = CommandResult(
          envelope: Envelope(origin: 0, correlation: command.envelope.correlation), kind: command.kind,
          outcome: .done, component: 6, colony: NameText(colony) ?? NameText(),
          run: NameText(run) ?? NameText())
        let text = "{\"component\": \"queen\", \"pid\": \(pid), \"epoch\": \(epoch)}"
        return [frame { result.encode(into: &$0, text: text.utf8) }]
      }
      let name = ColonyName(colony: NameText("fake") ?? NameText(), run: NameText("r") ?? NameText())
      var introduction = Introduction(name, isOwn: true, endpoint: endpoint)
      let beat = Self.beat(epoch: 7)
      // Before a process of ours is there, nobody can speak for it.
      let isBefore = introduction.admits(beat.span.bytes, epoch: 7)
      #expect(!isBefore)
      introduction.expect(process: 12)
      let isUnasked = introduction.admits(beat.span.bytes, epoch: 7)
      #expect(!isUnasked, "believed without having been asked")
      var believed = 0
      var stranger: String?
      _ = wait {
        port.serve()
        believed += introduction.advance(atBootNanos: Clock.bootNanos()).count
        stranger = stranger ?? introduction.takeStranger()
        return believed > 0 || stranger != nil || introduction.isKnown
      }
      let isAdmitted = introduction.admits(beat.span.bytes, epoch: 7)
      #expect(isAdmitted == (believed > 0))
      let isOther = introduction.admits(beat.span.bytes, epoch: 9)
      #expect(!isOther, "another incarnation is asked about anew")
      return (believed, stranger)
    }
  }

  private static func beat(epoch: UInt32) -> [UInt8] {
    var frames = FrameWriter()
    let state = CommandResult(envelope: Envelope(origin: 0), kind: .status, outcome: .done, component: 6)
    let range = state.encode(into: &frames, text: "".utf8)
    frames.stamp(frameAt: range.lowerBound, sender: 6, epoch: epoch, sequence: 1, sent: 0)
    return frames.bytes.copiedBytes()
  }

  @Test func whoIsOursIsBelieved() throws {
    let (believed, stranger) = try listen()
    #expect(believed == 1 && stranger == nil)
  }

  @Test func whoIsNotOursIsNamedAndNeverBelieved() throws {
    for (colony, run, pid) in [("other", "r", 12), ("fake", "s", 12), ("fake", "r", 13), ("", "", 12)] {
      let (believed, stranger) = try listen(colony: colony, run: run, pid: pid)
      #expect(believed == 0)
      #expect(stranger?.contains("component queen of ") == true, "\(stranger ?? "nobody")")
      #expect(stranger?.contains("(process \(pid))") == true)
    }
  }

  /// A component of schema 2 says neither its colony nor its process; the kernel knows who holds its port.
  @Test func oneOfAnOlderSchemaIsBelievedWhenOurProcessHoldsItsPort() throws {
    for (process, isOwn) in [(ProcessStats.ownPID, true), (1, true), (ProcessStats.ownPID, false)] {
      try withFakeColony { fake in
        let endpoint = try fake.controlEndpoint("queen")
        let port = try FakeControlPort(endpoint) { message in
          guard case .command(let command) = copy message else { return [] }
          let result = CommandResult(
            envelope: Envelope(origin: 0, correlation: command.envelope.correlation), kind: command.kind,
            outcome: .done, component: 6)
          return [frame { result.encode(into: &$0, text: "{\"component\": \"queen\", \"epoch\": 7}".utf8) }]
        }
        var introduction = Introduction(
          ColonyName(named: "fake", run: "r"), isOwn: isOwn, endpoint: endpoint)
        introduction.expect(process: process)
        _ = introduction.admits(Self.beat(epoch: 7).span.bytes, epoch: 7)
        var stranger: String?
        _ = wait {
          port.serve()
          _ = introduction.advance(atBootNanos: Clock.bootNanos())
          stranger = stranger ?? introduction.takeStranger()
          return introduction.isKnown || stranger != nil
        }
        let isBelieved = process == ProcessStats.ownPID && isOwn
        #expect(introduction.isKnown == isBelieved && (stranger == nil) == isBelieved)
      }
    }
  }

  @Test func anEarlierIncarnationOfOursIsNotBelieved() throws {
    let (believed, stranger) = try listen(epoch: 8)
    #expect(believed == 0 && stranger == nil)
  }
}
