import ActorKit
import Platform
import Testing
import Wire
import ZeroMQ

/// The control port of a component played by the test: served between looks at the program under test.
final class FakeControlPort {
  private let socket: Socket
  private let answer: (borrowing Inbound) -> [[UInt8]]
  private var head = Message()
  private var body = Message()

  /// `answer` makes the frames of the answer, in order; none is silence.
  init(_ endpoint: String, _ answer: @escaping (borrowing Inbound) -> [[UInt8]]) throws {
    socket = try Socket(.router, .session())
    try socket.bind(endpoint)
    self.answer = answer
  }

  /// Answers what has come.
  func serve() {
    while case .received(let delimited) = socket.receive(identity: &head, body: &body) {
      guard let message = Inbound(body.bytes) else { continue }
      for frame in answer(message) {
        _ = socket.send(to: head.bytes, delimited: delimited, body: frame.span.bytes)
      }
    }
  }
}

/// A frame of the wire.
func frame(_ encode: (inout FrameWriter) -> Range<Int>) -> [UInt8] {
  var frames = FrameWriter()
  _ = encode(&frames)
  return frames.bytes.copiedBytes()
}

/// Runs a program to its end while the test answers at control ports.
func runProgram(
  _ name: String, _ words: [String], serving ports: [FakeControlPort], in folder: String? = nil
) throws -> (status: ChildStatus?, output: String) {
  try withTemporaryFolder { temporary in
    let output = "\(temporary)/output"
    let child = try ChildProcess(
      [try FileSystem.programDirectory() + "/\(name)"] + words, output: .append(path: output),
      workingDirectory: folder ?? temporary, ownGroup: true)
    var status: ChildStatus?
    _ = wait {
      for port in ports { port.serve() }
      status = child.wait(untilBootNanos: Clock.bootNanos() + 1_000_000)
      return status != nil
    }
    if status == nil { try child.send(signal: 9, toGroup: true) }
    return (status, String(decoding: try FileSystem.read(output, maxBytes: 16 << 20), as: UTF8.self))
  }
}
