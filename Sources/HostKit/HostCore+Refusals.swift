import ActorKit
import Wire

/// Sessions that are refused or closed because one end cannot have what the other says, and how that is told.
extension HostCore {
  /// Whether the core handles a template on the event lane.
  func handles(_ template: Template) -> Bool { Core.handledEvents?.contains(template) ?? true }

  /// Whether an event is the next one of the open session: only that one can be refused.
  func expects(_ envelope: Envelope, in slot: Int) -> Bool {
    sessions[slot].endpoint.expects(epoch: envelope.epoch, sequence: envelope.sequence)
  }

  /// A frame on a session's way that is no message we know. An event among them must not be passed over, and
  /// the lane must not stand still in silence.
  mutating func refuseInSession(_ slot: Int, _ frame: RawSpan) {
    guard let head = UnreadableHead(frame), head.sender == sessions[slot].peer,
      head.flags.contains(.eventLane),
      sessions[slot].endpoint.expects(epoch: head.epoch, sequence: head.sequence)
    else { return }
    refuseEvent(slot, template: head.templateId, head.sequence)
  }

  /// An event that cannot be handled is not acknowledged: the session closes with the reason, and its client
  /// says Hello again after a while that grows.
  mutating func refuseEvent(_ slot: Int, template: UInt16, _ sequence: UInt64) {
    let peer = sessions[slot].peer
    let name = Template(rawValue: template).map { "\($0.name)" } ?? "template \(template)"
    let text =
      "event \(sequence) of component \(peer) is a message that this build does not handle, \(name): the"
      + " session is closed; run builds that fit together"
    outgoing.log(.error, "session", text)
    raiseSessionRefused(text)
    let logout = Logout(
      envelope: Envelope(origin: 0), reason: .unhandledMessage, template: UInt32(template),
      sequence: sequence)
    if sessions[slot].schemaVersion >= Template.logout.sinceVersion {
      sendInSession(slot) { logout.encode(into: &$0) }
    }
    sessions[slot].endpoint.closeForRefusal(atBootNanos: now.boot)
    core.receive(.sessionClosed(component: peer), at: now, into: &effects)
  }

  /// The peer has closed the session and says why.
  mutating func takeLogout(_ slot: Int, _ logout: Logout) {
    guard sessions[slot].endpoint.isOpen else { return }
    let peer = sessions[slot].peer
    outgoing.log(
      .error, "session",
      "component \(peer) closes the session: \(logout.reason), template \(logout.template), event"
        + " \(logout.sequence)")
    sessions[slot].endpoint.closeForRefusal(atBootNanos: now.boot)
    core.receive(.sessionClosed(component: peer), at: now, into: &effects)
  }

  /// Someone who says to be the peer is not believed. Told once for each journal that tries.
  mutating func tellRefused(_ slot: Int, _ identity: PeerIdentity, _ why: WelcomeOutcome) {
    guard why == .wrongLineage || why == .epochJump else { return }
    let told = sessions[slot].refusedIdentities
    guard told.count < SessionSlot.maxRefusedIdentities,
      !told.contains(where: { $0.lineage == identity.lineage })
    else { return }
    sessions[slot].refusedIdentities.append(identity)
    let known = sessions[slot].endpoint.record.known.map { "journal \($0.lineage), epoch \($0.epoch)" }
    let text =
      "journal \(identity.lineage), epoch \(identity.epoch), says to be component \(sessions[slot].peer) and"
      + " is refused (\(why)). Find the process, or wait until the known one has been away for 10 s"
    // Who is known stands in the log alone: told to anyone who listens, it could be claimed.
    outgoing.log(.error, "session", "\(text); known is \(known ?? "none")")
    raiseSessionRefused(text)
  }

  func isReadable(_ frame: [UInt8], by slot: Int) -> Bool {
    guard let header = FrameHeader(frame.span.bytes), let template = Template(rawValue: header.templateId)
    else { return true }
    return template.sinceVersion <= sessions[slot].schemaVersion
  }

  private mutating func raiseSessionRefused(_ text: String) {
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: identity.number, code: .sessionRefused,
      severity: .critical, clOrdID: ClOrdIDText())
    publishHostFrame(publications.host.alarm) { alarm.encode(into: &$0, text: text.utf8) }
  }
}
