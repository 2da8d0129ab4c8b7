import Glibc
import Platform
import ZeroMQ

/// How long a test waits for something that happens in milliseconds on an idle machine. Only a failure gets
/// near it.
let patienceNanos: Int64 = 20_000_000_000

/// Sends and receives for tests: they wait until it works, up to `patienceNanos`.
enum TestLink {
  /// Waits for a frame; nil when none comes.
  static func receive(_ socket: borrowing Socket, _ message: inout Message) -> ReceiveOutcome {
    var poller = Poller(capacity: 1)
    _ = poller.add(socket)
    _ = poller.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
    return socket.receive(into: &message)
  }

  /// Waits for a request at a router.
  static func receiveRequest(
    _ socket: borrowing Socket, _ identity: inout Message, _ body: inout Message
  ) -> EnvelopeOutcome {
    var poller = Poller(capacity: 1)
    _ = poller.add(socket)
    _ = poller.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
    return socket.receive(identity: &identity, body: &body)
  }

  /// Sends `bytes` as soon as a peer is connected and has room.
  static func send(_ socket: borrowing Socket, _ bytes: [UInt8], more: Bool = false) -> SendOutcome {
    retry { socket.send(bytes.span.bytes, more: more) }
  }

  /// Repeats `attempt` until it says `sent`.
  static func retry(_ attempt: () -> SendOutcome) -> SendOutcome {
    let deadline = Clock.bootNanos() + patienceNanos
    var outcome = attempt()
    while outcome != .sent, Clock.bootNanos() < deadline {
      pauseMillis(2)
      outcome = attempt()
    }
    return outcome
  }

  static func pauseMillis(_ millis: UInt32) {
    usleep(millis * 1000)
  }
}

extension Message {
  var text: String { String(decoding: copy(), as: UTF8.self) }
}

/// Bytes for a span: a literal of numbers would make a span of eight-byte integers.
func octets(_ values: UInt8...) -> [UInt8] {
  values
}
