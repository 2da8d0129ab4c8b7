import ActorKit
import Trading
import Vocabulary
import Wire

/// An intent that was taken on, and what has become of it.
public struct WorkingIntent: Equatable, Sendable {
  public let intent: AcceptedIntent
  /// The one order that carries it out; nil until it is sent.
  public internal(set) var entry: ClOrdID?
  /// How it ended; nil while its entry may still be executed.
  public internal(set) var end: IntentEnd?
  /// Executed by the entry.
  public internal(set) var entered: Quantity = .zero
  /// Executed by its stop and its target.
  public internal(set) var exited: Quantity = .zero
  /// The market has reached the stop that the executor guards: what is open is being closed.
  public internal(set) var isStopTriggered = false
  /// What it opened needs no protection any more.
  public internal(set) var protectionEnd: ProtectionEnd?
  /// A stop, or an order that does its work, is open for it; follows from the open orders.
  var isStopOpen = false
  /// A target is open for it; follows from the open orders.
  var isTargetOpen = false

  public var id: IntentID { intent.id }

  /// Opened and not yet closed by stop or target.
  public var openQuantity: Quantity { max(entered - exited, .zero) }

  /// What it still owns of the position: a remainder that the venue does not take is nobody's.
  public var held: Quantity { protectionEnd == nil ? openQuantity : .zero }

  /// Side of what closes it.
  public var exitSide: Side { intent.side.opposite }

  /// Stop and target have something to look after.
  public var needsProtection: Bool {
    protectionEnd == nil && openQuantity.isPositive
      && (intent.stopPrice != nil || intent.takeProfitPrice != nil)
  }

  /// It has opened something, or may yet.
  private var mayNeedLegs: Bool { entry != nil && (end == nil || needsProtection) }

  /// Its stop is still to be placed, now or when its entry is filled.
  var isStopToCome: Bool { mayNeedLegs && intent.stopPrice != nil && !isStopOpen }

  /// Its stop and target that are still to be placed.
  var legsToCome: Int {
    let isTargetToCome = mayNeedLegs && intent.takeProfitPrice != nil && !isTargetOpen
    return (isStopToCome ? 1 : 0) + (isTargetToCome ? 1 : 0)
  }

  /// Nothing is to be done for it any more.
  public var isOver: Bool { end != nil && !needsProtection }
}

extension WorkingIntent {
  init(_ intent: AcceptedIntent) { self.init(intent: intent) }
}
