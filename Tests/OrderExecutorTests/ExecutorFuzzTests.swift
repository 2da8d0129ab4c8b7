import ActorKit
import CoreTestKit
import Foundation
import OrderExecutor
import Testing
import Trading

/// Whatever happens in whatever order, also wild reports and journals that lost their end: nothing traps, the
/// books stay whole, and a snapshot holds all of them. A failure names its seed; WAGGLE_SEED repeats it.
@Suite struct ExecutorFuzzTests {
  static let seeds: [UInt64] =
    ProcessInfo.processInfo.environment["WAGGLE_SEED"].flatMap { UInt64($0) }.map { [$0] }
    ?? Array(0..<16)

  @Test(arguments: seeds)
  func theBooksStayWholeWhateverHappens(seed: UInt64) throws {
    var fuzz = ExecutorFuzz(seed: seed)
    for step in 0..<300 {
      let turn = try fuzz.step()
      let hint: Comment = "step \(step); repeat with WAGGLE_SEED=\(seed)"
      let books = fuzz.bench.books
      #expect(books.strategiesAddUp(in: ExecutorBench.instrument), hint)
      compareSums(books, hint)
      compareClosing(turn, fuzz.bench, hint)
      if step % 20 == 19 { #expect(try fuzz.bench.booksFromSnapshot() == books, hint) }
    }
  }

  /// What is kept of open orders is what a walk over all of them finds.
  private func compareSums(_ books: ExecutorBooks, _ hint: Comment) {
    let open = books.open
    func sum(_ side: Side) -> Int64 {
      Int64(clamping: open.reduce(Int128(0)) { $1.side == side ? $0 + Int128($1.worstCaseOpen.raw) : $0 })
    }
    let exposure = books.exposure(in: ExecutorBench.instrument)
    #expect(exposure.workingSells.raw == sum(.sell) && exposure.workingBuys.raw == sum(.buy), hint)
    #expect(books.inDoubtCount == open.count { $0.status == .inDoubt }, hint)
    #expect(books.orders.outlines.elementsEqual(open.map { OrderOutline($0) }), hint)
    for working in books.intents.open {
      #expect(books.orders.orders(of: working.id) == open.filter { $0.intent == working.id }, hint)
    }
  }

  /// Where the venue lets orders open, a leg is placed beside what was found only if there is so much to
  /// close.
  private func compareClosing(_ turn: Turn, _ bench: ExecutorBench, _ hint: Comment) {
    guard !bench.configuration.venue.hasReduceOnly else { return }
    let books = bench.books
    for order in turn.newOrders {
      guard let placed = ClOrdID(order.clOrdID).flatMap(books.order), placed.purpose.isProtective else {
        continue
      }
      let found = books.orders.found(placed.side, in: placed.instrument).map(\.worstCaseOpen.raw)
      guard !found.isEmpty else { continue }
      let legs = books.open.filter { $0.side == placed.side && $0.purpose.isProtective }
      // Of two that are linked only one fills; the older stands for both.
      let mayFill = legs.filter { leg in
        leg.linked.map { partner in partner > leg.id || !legs.contains { $0.id == partner } } ?? true
      }
      let most = (mayFill.map(\.worstCaseOpen.raw) + found).reduce(0, +)
      #expect(most <= books.closable(placed.side, in: placed.instrument).raw, hint)
    }
  }
}
