import OrderExecutor
import Reports
import Testing
import Trading

/// Orders of turns that were cut from a journal, in the history of its executor.
@Suite struct TakenOrderTests {
  @Test(arguments: [("0.5", true), ("0.4", false)])
  func whatWasBookedBeforeAnOrderWasTakenOverIsFilledOfIt(rest: String, isWhole: Bool) {
    var history = ExecutorHistory(account: Story.account)
    let id = Story.id(7)
    history.take(.journalCut(JournalCut(lastKnown: Story.id(1), turns: 2, atNanos: 1, tradeSequence: 3)))
    history.take(
      .orderTakenOver(
        TakenOrder(
          id: id, strategy: 0, instrument: 1, side: .sell, purpose: .found, type: .limit, price: price("100"),
          quantity: quantity("2"), intent: nil, venueOrderId: 4, atNanos: 2,
          executions: [
            TakenExecution(execution: ExecID(8), quantity: quantity("1.5"), price: price("100")),
            TakenExecution(execution: ExecID(9), quantity: quantity(rest), price: price("100")),
          ])))
    #expect(history.openOrders == (isWhole ? [] : [id]))
  }
}
