import ActorKit
import Governance
import OrderExecutor
import QueenOrchestrator
import RiskAdjuster
import SignalGenerator
import Trading
import Vocabulary
import VenueSimulator
import Wire

/// One of every fact, with every field set where it may be absent in another.
enum FactSamples {
  static let order = ClOrdID(account: 7, epoch: 3, counter: 41)
  static let request = ClOrdID(account: 7, epoch: 3, counter: 42)
  static let intent = IntentID(component: 3, strategy: 1, epoch: 2, counter: 5)
  static let key = FillKey(instrument: 1, execution: ExecID(high: 1, low: 255))
  static let now: Int64 = 1_700_000_000_000_000_000
  static let command = Correlation(high: 0xAB, low: 0xCD)

  static let executor: [ExecutorFact] = [
    .orderCreated(
      CreatedOrder(
        id: order, strategy: 1, instrument: 1, side: .buy, timeInForce: .gtc, purpose: .stopLoss, type: .stop,
        price: price("60000.01"), quantity: quantity("0.5"), intent: intent, requestNanos: now,
        recvWindowNanos: 5_000_000_000, origin: now - 1, correlation: command)),
    .cancelRequested(order: order, request: request, requestNanos: now),
    .orderAccepted(order: order, venueOrderId: .max, eventNanos: now),
    .filled(
      BookedFill(
        key: key, order: order, side: .sell, price: price("60000.01"), quantity: quantity("0.00000001"),
        fee: money("-0.1"), feeCurrency: .quote, liquidity: .maker, tradeSequence: 9, eventNanos: now)),
    .orderEnded(
      OrderEnd(order: order, cause: .rejected, reason: .rateLimit, cumQuantity: .zero, eventNanos: now)),
    .orderInDoubt(order: order, request: request),
    .orderNotPlaced(order: order, isProven: true),
    .haltLatched(
      Halt(scope: .strategy(4), operatorName: "me", reason: "fat \"finger\", twice", atNanos: now)),
    .haltReleased(Halt(scope: .firm, operatorName: "me", reason: "ok", atNanos: now)),
    .flattenBegun(instrument: 1, atNanos: now, operatorName: "me"),
    .flattenEnded(instrument: 1, outcome: .gaveUp),
    .commandSeen(command, kind: .flatten, outcome: .accepted),
    .cancelRejected(order: order, request: request, reason: .tooLateToCancel),
    .orderAdopted(
      AdoptedOrder(
        id: order, instrument: 1, side: .buy, price: price("1"), quantity: quantity("2"), venueOrderId: 3,
        atNanos: now)),
    .tradesConfirmed(through: 12, fills: [key, FillKey(instrument: 2, execution: ExecID(7))]),
    .intentAccepted(
      AcceptedIntent(
        id: intent, strategy: 1, instrument: 1, side: .buy, type: .market, timeInForce: .ioc,
        isPostOnly: false, quantity: quantity("0.5"), price: price("100"), stopPrice: price("90"),
        takeProfitPrice: price("120"), expireNanos: now + 1, atNanos: now, origin: now)),
    .intentEnded(
      IntentEnd(
        id: intent, outcome: .partiallyFilled, reason: .none, filledQuantity: quantity("0.25"),
        averagePrice: price("99.5"), atNanos: now, check: .orderQuantity, unit: .quantity, measured: 5,
        limit: 4)),
    .stopTriggered(intent: intent, price: price("89.99"), atNanos: now),
    .protectionEnded(intent: intent, cause: .flattened),
    .permitTaken(
      TakenPermit(level: .reduce, askedNanos: now, askedBootNanos: 77, lifeNanos: 5_000_000_000)),
    .booksAgreed(atNanos: now, openOrders: 2),
    .journalBegan(lineage: 41),
    .ordersLinked(order: order, partner: request),
    .panicLatched(Halt(scope: .account(1), operatorName: "me", reason: "out", atNanos: now)),
    .stopOrdered(atNanos: now, operatorName: "me"),
    .stopReleased(atNanos: now),
    .journalCut(JournalCut(lastKnown: order, turns: 3, atNanos: now)),
    .orderTakenOver(
      TakenOrder(
        id: request, strategy: 1, instrument: 1, side: .sell, purpose: .stopLoss, type: .stop,
        price: price("90"), quantity: quantity("2"), intent: intent, venueOrderId: 4, atNanos: now)),
    .cutMadeGood(atNanos: now),
  ]

  static let venue: [VenueFact] = [
    .accepted(
      VenueOrder(
        account: 7, instrument: 1, venueOrderId: 3, clOrdID: ClOrdIDText(order), side: .buy, type: .limit,
        timeInForce: .fok, isPostOnly: false, isReduceOnly: true, price: price("100"),
        quantity: quantity("2"), priority: 3, acceptedNanos: now, correlation: command)),
    .trade(
      VenueTrade(
        account: 7, tradeSequence: 9, execution: ExecID(high: 1, low: 255), clOrdID: ClOrdIDText(order),
        venueOrderId: 3,
        instrument: 1, side: .buy, liquidity: .taker, price: price("100"), quantity: quantity("1"),
        fee: money("0.1"), eventNanos: now, transactNanos: now + 5)),
    .ended(
      VenueFact.Ending(
        account: 7, venueOrderId: 3, status: .canceled, reason: .noLiquidity, eventNanos: now)),
    .replaced(
      VenueFact.Replacement(
        account: 7, venueOrderId: 3, clOrdID: ClOrdIDText(request), price: price("101"),
        quantity: quantity("2"), priority: 4, eventNanos: now)),
    .deadManSet(
      VenueFact.DeadMan(account: 7, instrument: 1, afterSilenceNanos: 10_000_000_000, sparesStops: true)),
    .triggered(VenueFact.Trigger(account: 7, venueOrderId: 3, eventNanos: now)),
    .paired(VenueFact.Pair(account: 7, venueOrderId: 4, partner: 3, eventNanos: now)),
  ]

  static let queen: [QueenFact] = [
    .stateChanged(.failsafe, .repeatedDegradation, atNanos: now),
    .clockStarted(MarketClock(marketStartNanos: now - 9, wallStartNanos: now, speedMilli: 1_000)),
    .halted(.account(7), command: command),
    .released(.firm, command: command),
    .commanded(command),
    .interrupted(component: 5, atNanos: now),
    .degraded(component: 5, atNanos: now),
    .recovered(component: 5, atNanos: now),
    .fenced(account: 7, epoch: 4),
    .ended(atNanos: now),
    .begun(atNanos: now),
    .granted(
      GrantedPermit(
        account: 7, component: 5, holderEpoch: 4, instance: 9, lineage: 8, level: .open,
        askedBootNanos: 77, lifeNanos: 5_000_000_000)),
    .panicked(.account(7), command: command),
    .flattenOrdered(.firm, command: command),
  ]

  static let risk: [RiskFact] = [
    .halted(.strategy(4), command: command), .released(.instrument(1), command: command),
    .intentAccepted(
      AcceptedIntent(
        id: intent, strategy: 1, instrument: 1, side: .buy, type: .limit, timeInForce: .ioc,
        quantity: quantity("0.5"), price: price("100"), stopPrice: price("90"), takeProfitPrice: nil,
        expireNanos: now + 1, atNanos: now, origin: 0)),
    .intentEnded(
      RiskIntentEnd(
        intent: intent, instrument: 1, outcome: .rejected, reason: .riskRefused, check: .tradeBudget,
        atNanos: now)),
  ]

  static let signal: [SignalFact] = [
    .signalIssued(
      IssuedSignal(
        intent: intent, strategy: 1, instrument: 1, side: .sell, entryPrice: nil, stopPrice: price("110"),
        takeProfitPrice: price("90"), expireNanos: now + 1, atNanos: now)),
    .signalEnded(
      SignalEnd(
        intent: intent, outcome: .filled, reason: .none, filledQuantity: quantity("0.5"),
        averagePrice: price("99.5"), atNanos: now)),
  ]
}
