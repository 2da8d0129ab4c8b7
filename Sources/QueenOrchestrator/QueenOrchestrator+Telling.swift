import ActorKit
import Governance
import Vocabulary
import Wire

// What everybody is told.
extension QueenOrchestrator {
  /// Rises with every change, over restarts too.
  var revision: UInt64 { Revision.of(epoch: epoch, count: changeCount) }

  /// Publishes the state when it differs from the last one told, and with every beat.
  mutating func publishSession(at now: Instant, into effects: inout Effects) {
    var state = sessionState(at: now)
    state.revision = revision
    let isChange = state != published
    guard isChange || now.boot >= nextBeatBoot else { return }
    if isChange {
      changeCount += 1
      state.revision = revision
      published = state
    }
    nextBeatBoot = now.boot + configuration.heartbeatNanos
    effects.publish(TopicIndex.session) { state.encode(into: &$0) }
  }

  private func sessionState(at now: Instant) -> SessionState {
    SessionState(
      envelope: Envelope(origin: 0), revision: 0, state: books.state, cause: books.cause, permit: bestLevel,
      halted: UInt32(books.halts.count), degradations: UInt32(degradationCount(at: now)),
      interruptions: books.interruptions, sinceNanos: books.sinceNanos,
      marketStartNanos: books.clock?.marketStartNanos, wallStartNanos: books.clock?.wallStartNanos,
      speedMilli: UInt32(clamping: books.clock?.speedMilli ?? configuration.speedMilli))
  }

  /// The state behind the session's topic, to who asks.
  mutating func onSnapshotRequest(
    _ request: SnapshotRequest, to peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard request.topic == topics[TopicIndex.session].text else { return counters.drop(.topic) }
    publishSession(at: now, into: &effects)
    guard var state = published else { return }
    state.envelope = Envelope(origin: 0, correlation: request.envelope.correlation)
    effects.send(to: .snapshot(topic: TopicIndex.session, peer)) { state.encode(into: &$0) }
  }

  /// Tells that a protection acted on a scope of operators.
  mutating func protect(
    _ scope: HaltScope, _ cause: SessionCause, _ severity: Severity, _ text: String,
    into effects: inout Effects
  ) {
    counters.safetyEvents += 1
    let event = SafetyEvent(
      envelope: Envelope(origin: 0), component: configuration.component, scope: scope.code,
      account: scope.account, strategy: scope.strategy, instrument: scope.instrument, cause: cause,
      severity: severity)
    effects.publish(TopicIndex.safety) { event.encode(into: &$0, text: text.utf8) }
  }

  /// Tells that a protection acted on the firm or for a component.
  mutating func protect(
    _ scope: Scope, _ cause: SessionCause, _ severity: Severity, _ text: String,
    into effects: inout Effects
  ) {
    counters.safetyEvents += 1
    let event = SafetyEvent(
      envelope: Envelope(origin: 0), component: configuration.component, scope: scope, cause: cause,
      severity: severity)
    effects.publish(TopicIndex.safety) { event.encode(into: &$0, text: text.utf8) }
  }

  mutating func raise(
    _ code: AlarmCode, _ severity: Severity, account: UInt16? = nil, _ text: String,
    into effects: inout Effects
  ) {
    counters.alarms += 1
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: configuration.component, code: code, severity: severity,
      account: account, clOrdID: ClOrdIDText())
    effects.publish(TopicIndex.alarm) { alarm.encode(into: &$0, text: text.utf8) }
  }
}
