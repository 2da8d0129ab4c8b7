import Colony
import Foundation
import HostKit
import Platform
import Relay
import Synchronization
import Testing
import Wire
import ZeroMQ

/// Only a failure gets near this long.
let patienceNanos: Int64 = 300_000_000_000

/// A relay on a thread of its own, between sockets of a test in a folder of its own.
final class RunningRelay: Sendable {
  static let number: UInt16 = 7
  static let queen: UInt16 = 6

  let folder: String
  private let isStopping = Atomic(false)
  private let done = DispatchSemaphore(value: 0)
  private let failure = Mutex<ZeroMQError?>(nil)

  /// Publishers are the components 1… at `publisherEndpoint`.
  init(in folder: String, publishers: Int) throws {
    self.folder = folder
    let configuration = RelayConfiguration(
      name: "relay", number: Self.number, colony: ColonyName(named: "test", run: "run-1"),
      publishEndpoint: Self.observerEndpoint(folder), controlEndpoint: Self.controlEndpoint(folder),
      publishers: (1...publishers).map {
        .init(number: UInt16($0), endpoint: Self.publisherEndpoint(folder, UInt16($0)))
      }, queen: Self.queen)
    let isUp = DispatchSemaphore(value: 0)
    Thread.detachNewThread { [self] in
      do throws(ZeroMQError) {
        var relay = try Relay(configuration)
        isUp.signal()
        var topic = Message()
        var body = Message()
        while !isStopping.load(ordering: .acquiring) {
          relay.turn(&topic, &body, atBootNanos: Clock.bootNanos())
          ProcessControl.pause(nanos: 100_000)
        }
      } catch {
        failure.withLock { $0 = error }
        isUp.signal()
      }
      done.signal()
    }
    isUp.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }

  func stop() throws {
    isStopping.store(true, ordering: .releasing)
    try #require(done.wait(timeout: .now() + .seconds(60)) == .success, "the relay hangs")
  }

  static func publisherEndpoint(_ folder: String, _ number: UInt16) -> String { "ipc://\(folder)/\(number)" }
  static func observerEndpoint(_ folder: String) -> String { "ipc://\(folder)/observers" }
  static func controlEndpoint(_ folder: String) -> String { "ipc://\(folder)/control" }

  /// A bound publisher: XPUB, so that a test sees what it is told of subscriptions.
  func publisher(_ number: UInt16) throws -> Socket {
    let socket = try Socket(.xpub, .stream)
    try socket.bind(Self.publisherEndpoint(folder, number))
    return socket
  }

  func observer(_ prefixes: String..., options: SocketOptions = .stream) throws -> Socket {
    let socket = try Socket(.sub, options)
    try socket.connect(Self.observerEndpoint(folder))
    for prefix in prefixes { socket.subscribe(prefix) }
    return socket
  }
}

/// Runs `body` with a relay and a folder of its own.
func withRelay<R>(publishers: Int = 1, _ body: (RunningRelay) throws -> R) throws -> R {
  let folder = try FileSystem.temporaryDirectory("waggle-relay")
  let result = Result {
    let relay = try RunningRelay(in: folder, publishers: publishers)
    let result = Result { try body(relay) }
    try relay.stop()
    return try result.get()
  }
  try FileSystem.remove(folder)
  return try result.get()
}

/// Looks every few milliseconds whether something has come true. `what` is asked for at the end, so it can
/// tell how far it has come.
func eventually(_ what: @autoclosure () -> String, _ isTrue: () throws -> Bool) throws {
  let deadline = Clock.bootNanos() + patienceNanos
  while try !isTrue() {
    if Clock.bootNanos() >= deadline { try #require(Bool(false), "waited in vain until \(what())") }
    ProcessControl.pause(nanos: 2_000_000)
  }
}

extension Socket {
  /// The next message of two frames, as copies; nil when none waits.
  borrowing func nextPair() -> (topic: [UInt8], body: [UInt8])? {
    var topic = Message()
    var body = Message()
    guard case .received = receive(topic: &topic, body: &body) else { return nil }
    return (topic.copy(), body.copy())
  }

  /// Waits for a frame of one.
  borrowing func nextFrame() throws -> [UInt8] {
    var poller = Poller(capacity: 1)
    _ = poller.add(self)
    _ = poller.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
    var message = Message()
    let outcome = receive(into: &message)
    try #require(outcome != .empty, "nothing comes")
    return message.copy()
  }

  /// Waits until an XPUB is told of the subscription to `prefix`, which a test's publisher needs before what
  /// it sends gets anywhere.
  borrowing func awaitSubscription(_ prefix: String) throws {
    try awaitFrame([1] + Array(prefix.utf8))
  }

  /// Passes over what comes before a frame.
  borrowing func awaitFrame(_ frame: [UInt8]) throws {
    while try nextFrame() != frame {}
  }

  /// Whether an XPUB has been told, since it was last asked, that nobody wants a prefix any more. What is told
  /// besides is passed over until then.
  borrowing func hasLostSubscription(_ prefix: String) -> Bool {
    var message = Message()
    while case .received = receive(into: &message) {
      if message.copy() == [0] + Array(prefix.utf8) { return true }
    }
    return false
  }

  borrowing func publish(_ topic: String, _ body: [UInt8]) {
    _ = send(topic: Array(topic.utf8), body: body.span.bytes)
  }
}

/// Frames as components publish them.
enum Frames {
  static func beat(
    _ sender: UInt16, epoch: UInt32 = 1, sequence: UInt64, state: ComponentState = .live,
    flags: EnvelopeFlags = []
  ) -> [UInt8] {
    let beat = Heartbeat(
      envelope: Envelope(origin: 0), component: sender, kind: .feed, state: state, turns: 1, received: 1,
      published: 1, dropped: 0, loopLagMaxNanos: 0, journalRows: 0, journalLagRows: 0, residentBytes: 0,
      cpuNanos: 0, marketNanos: 0, intervalNanos: 250_000_000)
    var frames = FrameWriter(capacity: 1 << 10)
    let range = beat.encode(into: &frames)
    frames.stamp(
      frameAt: range.lowerBound, sender: sender, flags: flags, epoch: epoch, sequence: sequence, sent: 1)
    return frames.bytes.copiedBytes()
  }
}

/// Numbers that a failure can be repeated with.
struct Seeded: RandomNumberGenerator {
  private(set) var state: UInt64

  static let seed: UInt64 =
    ProcessInfo.processInfo.environment["WAGGLE_SEED"].flatMap(UInt64.init) ?? .random(in: 0 ... .max)

  init(_ seed: UInt64 = Seeded.seed) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(_ counts: ClosedRange<Int>) -> [UInt8] {
    (0..<Int.random(in: counts, using: &self)).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  static var hint: Comment { "repeat with WAGGLE_SEED=\(seed)" }
}
