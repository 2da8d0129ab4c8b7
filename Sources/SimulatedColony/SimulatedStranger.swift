import ActorKit
import Vocabulary
import Wire

/// Somebody at the ports who is not of the colony: a second executor with a journal of its own, which asks
/// the queen for an account's permit, and a person at the venue's own page, who cancels all that is open.
enum SimulatedStranger {
  /// A permit is asked for so often.
  static let askNanos: Int64 = 400 * .nanosPerMilli

  /// What a second executor of an account asks the queen; `epoch` is its own.
  static func asks(
    _ executor: UInt16, account: UInt16, epoch: UInt32, at moment: Int64
  ) -> [UInt8] {
    let mark = Correlation(high: UInt64(executor), low: UInt64(bitPattern: moment))
    var envelope = Envelope(origin: 0, correlation: mark)
    (envelope.sender, envelope.epoch) = (executor, epoch)
    let request = Permit(
      envelope: envelope, act: .request,
      component: executor, account: account, holderEpoch: epoch, level: .cancel,
      askedBootNanos: moment + 1, lifeNanos: 0, sessionRevision: 0, instance: 0x51A6E, lineage: 0x51A6E)
    var writer = FrameWriter(capacity: 256)
    request.encode(into: &writer)
    return writer.bytes.copiedBytes()
  }

  /// All open orders of an account are cancelled, its stops among them.
  static func cancelsAll(_ account: UInt16, wallNanos: Int64) -> [UInt8] {
    let mark = Correlation(high: 8, low: UInt64(bitPattern: wallNanos))
    let request = CancelAll(
      envelope: Envelope(origin: 0, correlation: mark), account: account, requestNanos: wallNanos,
      conditions: [])
    var writer = FrameWriter(capacity: 256)
    request.encode(into: &writer)
    return writer.bytes.copiedBytes()
  }
}
