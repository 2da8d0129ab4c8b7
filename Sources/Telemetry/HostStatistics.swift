import ActorKit
import Wire

/// What a host counts and times, apart from its core: frames by kind, refusals, losses, latency per hop.
///
/// Fixed arrays indexed by template number; nothing is hashed or allocated per message.
public struct HostStatistics: Sendable {
  /// Template numbers lie below this.
  public static let templateSlots = 128

  public private(set) var received = [Int64](repeating: 0, count: templateSlots)
  public private(set) var sent = [Int64](repeating: 0, count: templateSlots)
  /// Frames that are no message, by reason (`FrameRefusal`).
  public private(set) var refused = [Int64](repeating: 0, count: 32)
  /// Time from the sender's stamp to our receipt, by template; made when first needed.
  public private(set) var hops: [Histogram?] = Array(repeating: nil, count: templateSlots)
  /// Time from the feed's receipt of the market event to our receipt of its consequence, by template.
  public private(set) var sinceOrigin: [Histogram?] = Array(repeating: nil, count: templateSlots)
  public private(set) var turns: Int64 = 0
  public private(set) var turnNanosMax: Int64 = 0

  public var receivedCount: Int64 = 0
  public var publishedCount: Int64 = 0
  /// Messages that did not make a whole frame set, or came where they have no place.
  public var misplaced: Int64 = 0
  public var malformedEnvelopes: Int64 = 0
  public var duplicates: Int64 = 0
  public var streamGaps: Int64 = 0
  public var streamRestarts: Int64 = 0
  public var snapshotsTaken: Int64 = 0
  public var backPressured: Int64 = 0
  public var withoutPeer: Int64 = 0
  public var poisoned: Int64 = 0
  public var tooManyTopics: Int64 = 0
  /// States of the session whose market clock was not believed.
  public var clocksRefused: Int64 = 0

  public init() {}

  /// Everything refused or lost, whatever the reason.
  public var dropped: Int64 {
    refused.reduce(0, +) + misplaced + malformedEnvelopes + backPressured + withoutPeer + poisoned
      + tooManyTopics + clocksRefused
  }

  /// Times off the wire may be anything, SBE's null among them: a span beyond the range is held at its end.
  public mutating func countReceived(_ template: Template, _ envelope: Envelope, wallNanos now: Int64) {
    let slot = Int(template.rawValue)
    received[slot] += 1
    receivedCount += 1
    if envelope.sent != 0 { Self.record(now.saturatingSubtract(envelope.sent), in: &hops[slot]) }
    if envelope.origin != 0 { Self.record(now.saturatingSubtract(envelope.origin), in: &sinceOrigin[slot]) }
  }

  public mutating func countSent(templateId: UInt16) {
    if templateId < Self.templateSlots { sent[Int(templateId)] += 1 }
  }

  public mutating func countRefused(_ reason: FrameRefusal) { refused[Int(reason.rawValue)] += 1 }

  public mutating func countTurn(nanos: Int64) {
    turns += 1
    if nanos > turnNanosMax { turnNanosMax = nanos }
  }

  /// The longest turn since the last call.
  public mutating func takeTurnNanosMax() -> Int64 {
    defer { turnNanosMax = 0 }
    return turnNanosMax
  }

  private static func record(_ nanos: Int64, in histogram: inout Histogram?) {
    if histogram == nil { histogram = Histogram() }
    // Clocks of two hosts may differ; a negative time is counted as such by the histogram.
    histogram?.record(nanos)
  }
}
