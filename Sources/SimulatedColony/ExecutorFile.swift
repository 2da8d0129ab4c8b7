import ActorKit
import Governance
import OrderExecutor
import Trading
import Vocabulary
import Wire

/// What an executor has on its disk and what it was granted, noted from outside it.
struct ExecutorFile {
  /// An intent with what it may have at the venue.
  struct Intent {
    let instrument: UInt32
    let strategy: UInt16
    let side: Side
    let stopPrice: Price?
    /// Wall time; 0 for never.
    let expireNanos: Int64
    var entry: ClOrdID?
    var orders: [ClOrdID] = []
    var isEnded = false
    var isProtectionOver = false
  }

  struct Grant {
    let askedBoot: Int64
    let life: Int64
    let level: PermitLevel
  }

  let account: UInt16
  private(set) var created: [ClOrdID: CreatedOrder] = [:]
  private(set) var booked: Set<FillKey> = []
  private(set) var halts: [HaltScope] = []
  private(set) var panics: [HaltScope] = []
  private(set) var flattening: Set<UInt32> = []
  /// Instruments in which it has quoted: there risk's limits hold for what is wished, not for what may fill
  /// while one wish takes the place of another.
  private(set) var quoted: Set<UInt32> = []
  var intents: [IntentID: Intent] = [:]
  /// Those of which something may still be open, in the order in which they were accepted.
  private(set) var activeIntents: [IntentID] = []
  /// The permit asked for last by the present incarnation.
  private(set) var grant: Grant?
  private(set) var epoch: UInt32 = 0

  init(account: UInt16) { self.account = account }

  /// What is on the disk is not what was told last: a write was torn, or the power lost.
  mutating func read(again facts: [ExecutorFact]) {
    var file = ExecutorFile(account: account)
    var nobody = Judgement()
    for fact in facts { file.take(fact, at: 0, &nobody) }
    (file.epoch, file.grant) = (epoch, grant)
    file.quoted.formUnion(quoted)
    self = file
  }

  mutating func begin(epoch: UInt32) {
    self.epoch = epoch
    grant = nil
  }

  mutating func take(_ permit: Permit) {
    guard permit.act == .grant, permit.holderEpoch == epoch else { return }
    guard permit.askedBootNanos > grant?.askedBoot ?? .min else { return }
    grant = Grant(askedBoot: permit.askedBootNanos, life: permit.lifeNanos, level: permit.level)
  }

  /// Notes a fact; says what rule it breaks.
  mutating func take(_ fact: ExecutorFact, at moment: Int64, _ judgement: inout Judgement) {
    switch fact {
    case .orderCreated(let order): create(order, at: moment, &judgement)
    case .filled(let fill):
      let isNew = booked.insert(fill.key).inserted
      judgement.holds(.bookedOnce, at: moment, isNew, "execution \(fill.key.execution) is booked again")
      reopen(fill)
    case .haltLatched(let halt): if !halts.contains(halt.scope) { halts.append(halt.scope) }
    case .panicLatched(let halt): if !panics.contains(halt.scope) { panics.append(halt.scope) }
    case .haltReleased(let halt):
      halts.removeAll { $0 == halt.scope }
      panics.removeAll { $0 == halt.scope }
    case .flattenBegun(let instrument, _, _): flattening.insert(instrument)
    case .flattenEnded(let instrument, _): flattening.remove(instrument)
    case .intentAccepted(let intent): accept(intent, at: moment, &judgement)
    case .intentEnded(let end):
      judgement.holds(
        .intentOnce, at: moment, intents[end.id]?.isEnded != true, "intent \(end.id) ends again")
      intents[end.id]?.isEnded = true
    case .protectionEnded(let intent, _): intents[intent]?.isProtectionOver = true
    case .orderTakenOver(let order): takeOver(order)
    default: break
    }
  }

  /// Whatever had ended an intent's protection did not know of a fill of its entry that comes later.
  private mutating func reopen(_ fill: BookedFill) {
    guard let id = fill.order, let intent = created[id]?.intent, intents[intent]?.entry == id else { return }
    intents[intent]?.isProtectionOver = false
  }

  private mutating func create(_ order: CreatedOrder, at moment: Int64, _ judgement: inout Judgement) {
    created[order.id] = order
    if order.purpose == .quote { quoted.insert(order.instrument) }
    guard let intent = order.intent else { return }
    intents[intent]?.orders.append(order.id)
    guard order.purpose == .entry else { return }
    judgement.holds(
      .intentOnce, at: moment, intents[intent]?.entry == nil, "intent \(intent) has a second entry")
    intents[intent]?.entry = order.id
  }

  private mutating func accept(_ intent: AcceptedIntent, at moment: Int64, _ judgement: inout Judgement) {
    judgement.holds(
      .intentOnce, at: moment, intents[intent.id] == nil, "intent \(intent.id) is accepted again")
    intents[intent.id] = Intent(
      instrument: intent.instrument, strategy: intent.strategy, side: intent.side,
      stopPrice: intent.stopPrice, expireNanos: intent.expireNanos)
    activeIntents.append(intent.id)
  }

  /// Forgets intents that are over: ended, nothing open, no order at the venue.
  mutating func dropOver(_ truth: VenueTruth) {
    activeIntents.removeAll { id in
      guard let intent = intents[id] else { return true }
      return intent.isEnded && !truth.open(of: intent).isPositive
        && !intent.orders.contains { truth.numbers[$0] != nil }
    }
  }

  private mutating func takeOver(_ order: TakenOrder) {
    created[order.id] = CreatedOrder(
      id: order.id, strategy: order.strategy, instrument: order.instrument, side: order.side,
      timeInForce: .gtc, purpose: order.purpose, type: order.type, price: order.price,
      quantity: order.quantity, intent: order.intent, requestNanos: 0, recvWindowNanos: 0, origin: 0,
      correlation: .none)
    if let intent = order.intent, intents[intent]?.orders.contains(order.id) == false {
      intents[intent]?.orders.append(order.id)
    }
  }

  /// Whether a halt or panic is on for an order.
  func isHalted(_ order: CreatedOrder) -> Bool {
    (halts + panics).contains {
      $0.covers(account: account, strategy: order.strategy, instrument: order.instrument)
    }
  }

  /// Whether a panic leaves a position bare by a person's will, or a flattening is about to close it.
  func isLeftBare(_ intent: Intent) -> Bool {
    flattening.contains(intent.instrument)
      || panics.contains {
        $0.covers(account: account, strategy: intent.strategy, instrument: intent.instrument)
      }
  }
}
