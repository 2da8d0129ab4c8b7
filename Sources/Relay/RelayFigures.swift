import ActorKit
import Colony
import HostKit
import JSON5
import Platform
import ProcessHost
import Wire

/// A relay's figures at one moment, as its control port tells them: JSON with the same first members as every
/// component's.
struct RelayFigures {
  let name: String
  let colony: ColonyName
  let epoch: UInt32
  let state: ComponentState
  let status: RelayStatus
  let strayCount: UInt64
  let controlDroppedCount: Int
  let turns: UInt64

  /// The answer to `status`.
  func statusJSON() -> String {
    let usage = ProcessFigures.own() ?? ProcessFigures(residentBytes: 0, cpuNanos: 0)
    var json = JSONWriter()
    json.beginObject()
    json.member("component", name)
    json.member("colony", "\(colony.colony)")
    json.member("run", "\(colony.run)")
    json.member("pid", Int(ProcessStats.ownPID))
    json.member("kind", "relay")
    json.member("state", "\(state)")
    json.member("epoch", Int64(epoch))
    json.member("turns", Int64(clamping: turns))
    json.member("received", Int64(clamping: status.framesCarried &+ status.framesMalformed))
    json.member("published", Int64(clamping: status.framesCarried))
    json.member("dropped", Int64(clamping: status.framesMalformed))
    json.member("residentBytes", usage.residentBytes)
    json.member("cpuNanos", usage.cpuNanos)
    json.member("observers", Int64(status.observers))
    json.member("subscriptions", Int64(status.subscriptions))
    json.member("framesMissed", Int64(clamping: status.framesMissed))
    json.endObject()
    return json.text
  }

  /// The answer to `counters`.
  func countersJSON() -> String {
    let usage = ProcessFigures.own() ?? ProcessFigures(residentBytes: 0, cpuNanos: 0)
    let counters: [(name: String, value: Int64)] = [
      ("observers", Int64(status.observers)), ("subscriptions", Int64(status.subscriptions)),
      ("subscriptionsRefused", Int64(clamping: status.subscriptionsRefused)),
      ("subscriptionsStray", Int64(clamping: strayCount)),
      ("framesCarried", Int64(clamping: status.framesCarried)),
      ("bytesCarried", Int64(clamping: status.bytesCarried)),
      ("framesUnread", Int64(clamping: status.framesUnread)),
      ("framesMalformed", Int64(clamping: status.framesMalformed)),
      ("framesMissed", Int64(clamping: status.framesMissed)),
      ("control.dropped", Int64(controlDroppedCount)), ("host.cpuNanos", usage.cpuNanos),
      ("host.residentBytes", usage.residentBytes),
    ]
    var json = JSONWriter()
    json.beginObject()
    json.member("component", name)
    json.member("kind", "relay")
    json.member("epoch", Int64(epoch))
    json.member("wallNanos", Clock.wallNanos())
    json.key("counters")
    json.beginObject()
    for counter in counters { json.member(counter.name, counter.value) }
    json.endObject()
    json.endObject()
    return json.text
  }
}
