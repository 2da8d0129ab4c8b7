import ActorKit
import JSON5
import Telemetry
import Wire

/// Alarms and safety events reach people in three ways: as they are published, in the component's log, and
/// by being kept for who asks late (`SnapshotRequest` of their topic).
extension HostCore {
  /// Takes note of a frame that leaves on a topic for alarms or safety events.
  mutating func noteNews(_ topic: Int, _ frame: [UInt8], _ sequence: UInt64) {
    guard let entry = newsEntry(frame.span.bytes, sequence) else { return }
    if topic == publications.host.alarm { alarms.keep(entry) } else { safety.keep(entry) }
    guard entry.severity != .info else { return }
    // The log bounds its rate and tells how many lines it left out.
    let kind = topic == publications.host.alarm ? "alarm" : "safety"
    outgoing.log(
      entry.severity == .critical ? .error : .warning, kind,
      "\(entry.severity.name) \(entry.code): \(entry.text)")
  }

  private func newsEntry(_ frame: RawSpan, _ sequence: UInt64) -> AlarmMemory.Entry? {
    var kept = FrameWriter(capacity: 1 << 11)
    let (severity, code, text): (Severity, String, String)
    switch Inbound(frame) {
    case .alarm(let view):
      (severity, code, text) = (view.severity, "\(view.code.name)", view.textString)
      view.block.encode(into: &kept, text: text.utf8.prefix(AlarmMemory.maxTextBytes))
    case .safetyEvent(let view):
      (severity, code, text) = (view.severity, "\(view.cause.name)", view.textString)
      view.block.encode(into: &kept, text: text.utf8.prefix(AlarmMemory.maxTextBytes))
    default: return nil
    }
    kept.stamp(
      frameAt: 0, sender: identity.number, epoch: journal.epoch, sequence: sequence, sent: now.wall)
    return AlarmMemory.Entry(
      sequence: sequence, severity: severity, code: code, atNanos: now.wall, text: text,
      frame: kept.bytes.copiedBytes())
  }

  /// Answers who asks for the newest alarms or safety events. False for any other topic.
  mutating func answersNews(_ request: SnapshotRequest, route: UInt32) -> Bool {
    let topics = publications.topics
    let memory: AlarmMemory
    let index: Int
    if request.topic == topics[publications.host.alarm].text {
      (memory, index) = (alarms, publications.host.alarm)
    } else if let place = publications.host.safety, request.topic == topics[place].text {
      (memory, index) = (safety, place)
    } else {
      return false
    }
    guard routes.route(route) != nil else {
      statistics.withoutPeer += 1
      return true
    }
    let answer = RecentAlarms(
      envelope: Envelope(origin: 0, correlation: request.envelope.correlation), topic: request.topic)
    let sequence = publications.sequences[index]
    transmit(
      encode(flags: .snapshot, sequence: sequence) { answer.encode(into: &$0, frames: memory.pack) },
      by: .caller(route))
    return true
  }

  /// The newest alarms that a person should look at, for `status`: at most `statusAlarms`, the newest last.
  func writeAlarms(into json: inout JSONWriter) {
    json.key("alarms")
    json.beginArray()
    for entry in alarms.entries.filter({ $0.severity != .info }).suffix(Self.statusAlarms) {
      json.beginObject()
      json.member("severity", "\(entry.severity.name)")
      json.member("code", entry.code)
      json.member("atNanos", entry.atNanos)
      json.member("text", String(decoding: entry.text.utf8.prefix(Self.statusTextBytes), as: UTF8.self))
      json.endObject()
    }
    json.endArray()
  }

  private static var statusAlarms: Int { 4 }
  private static var statusTextBytes: Int { 400 }
}
