import HostKit
import Platform
import Wire
import ZeroMQ

/// Asks who speaks under a component's number before anything it says is believed.
///
/// Frames that come before the answer are held, at most `maxHeld`, then the oldest go; those of an epoch that
/// turns out to be another's are dropped.
package struct Introduction {
  package static let maxHeld = 256
  /// Between an answer that was no good, or none, and the next question.
  package static let repeatNanos: Int64 = 500_000_000
  /// An answer is waited for so long.
  package static let answerNanos: Int64 = 2_000_000_000

  private let colony: ColonyName
  /// Whether the component is of this supervisor's host: then its run and its process are known too.
  private let isOwn: Bool
  private let endpoint: String
  private var process: Int32?
  private var knownEpoch: UInt32?
  private var held: [[UInt8]] = []
  private var client: ControlClient?
  private var deadline = Int64.max
  private var nextAsk = Int64.min
  private var stranger: String?
  private var lastStranger: String?

  package init(_ colony: ColonyName, isOwn: Bool, endpoint: String) {
    self.colony = colony
    self.isOwn = isOwn
    self.endpoint = endpoint
  }

  /// Whether this is the incarnation that may be believed.
  package func believes(epoch: UInt32) -> Bool { epoch == knownEpoch }

  /// Whether somebody has answered who may be believed.
  package var isKnown: Bool { knownEpoch != nil }

  package var isAsking: Bool { client != nil || !held.isEmpty }

  /// Only this process is believed from now on.
  package mutating func expect(process: Int32) {
    self.process = process
    knownEpoch = nil
    held.removeAll()
    client = nil
    nextAsk = .min
  }

  /// Whether a frame may be believed. One that cannot yet be judged is held.
  package mutating func admits(_ frame: RawSpan, epoch: UInt32) -> Bool {
    if epoch == knownEpoch { return true }
    // Of an own component that has not been started nobody can speak.
    guard !isOwn || process != nil else { return false }
    if held.count == Self.maxHeld { held.removeFirst() }
    held.append(frame.copiedBytes())
    return false
  }

  /// Who was there instead, once for each that is new.
  package mutating func takeStranger() -> String? {
    defer { stranger = nil }
    guard let stranger, stranger != lastStranger else { return nil }
    lastStranger = stranger
    return stranger
  }

  /// Moves the question on; the held frames that may now be believed, in their order.
  package mutating func advance(atBootNanos now: Int64) -> [[UInt8]] {
    guard let asked = client else {
      if !held.isEmpty, now >= nextAsk { ask(atBootNanos: now) }
      return []
    }
    asked.advance(atBootNanos: now)
    guard let result = asked.result else {
      if now >= deadline { forget(atBootNanos: now) }
      return []
    }
    client = nil
    guard isMember(result), let epoch = result.figure("epoch")?.integer.flatMap(UInt32.init(exactly:)) else {
      stranger = result.whoAnswers
      forget(atBootNanos: now)
      return []
    }
    knownEpoch = epoch
    // What another epoch has said is asked about anew when it goes on speaking.
    defer { held.removeAll() }
    return held.filter { Inbound($0.span.bytes)?.envelope.epoch == epoch }
  }

  private func isMember(_ result: ControlResult) -> Bool {
    if result.colony.isEmpty, result.run.isEmpty { return isOwnOfOlderSchema }
    guard result.colony == "\(colony.colony)" else { return false }
    guard isOwn else { return true }
    return result.run == "\(colony.run)"
      && result.figure("pid")?.integer == process.map(Int64.init)
  }

  /// One of schema 2 says neither colony nor process. That it is ours is then known by the kernel's word: our
  /// process holds the port at which it has answered.
  private var isOwnOfOlderSchema: Bool {
    guard isOwn, let process else { return false }
    if endpoint.hasPrefix("ipc://") {
      return PortHolder.isHeld(socketPath: String(endpoint.dropFirst("ipc://".count)), by: process)
    }
    guard let port = endpoint.split(separator: ":").last.flatMap({ UInt16($0) }) else { return false }
    return PortHolder.isHeld(port: port, by: process)
  }

  private mutating func ask(atBootNanos now: Int64) {
    let request = ControlRequest.command(.status, operatorName: Supervisor.operatorName, reason: "")
    do throws(ZeroMQError) {
      let asked = try ControlClient(request, to: endpoint)
      asked.advance(atBootNanos: now)
      client = asked
      deadline = now + Self.answerNanos
    } catch {
      // No socket to be had: the next beat asks again.
      forget(atBootNanos: now)
    }
  }

  private mutating func forget(atBootNanos now: Int64) {
    client = nil
    held.removeAll()
    nextAsk = now + Self.repeatNanos
  }
}
