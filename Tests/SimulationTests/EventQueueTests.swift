import ActorKit
import Simulation
import Testing
import Trading

@Suite struct EventQueueTests {
  @Test(arguments: UInt64(0)..<20) func eventsComeByTimeAndThenInTheOrderPutIn(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var queue = EventQueue()
    var pushed: [(boot: Int64, order: Int)] = []
    var popped: [(boot: Int64, order: Int)] = []
    for order in 0..<2_000 {
      let boot = Int64(random.below(50))
      queue.push(.wake, to: order, atBoot: boot)
      pushed.append((boot, order))
      // Between, some are taken out: the heap must hold in every shape.
      if random.below(8) == 0, let event = queue.pop() {
        popped.append((event.boot, event.node))
        pushed.removeAll { $0.order == event.node }
        let isFirst = pushed.allSatisfy { ($0.boot, $0.order) > (event.boot, event.node) }
        #expect(isFirst, "seed \(seed)")
      }
    }
    var rest: [Int] = []
    while let event = queue.pop() { rest.append(event.node) }
    let expected = pushed.sorted { ($0.boot, $0.order) < ($1.boot, $1.order) }.map(\.order)
    #expect(rest == expected, "seed \(seed)")
    #expect(queue.isEmpty && queue.nextBoot == nil && queue.nextNode == nil)
  }

  @Test func theNextEventShowsBeforeItIsTaken() {
    var queue = EventQueue()
    queue.push(.wake, to: 3, atBoot: 20)
    queue.push(.link(.sourceEnded), to: 4, atBoot: 10)
    #expect(queue.nextBoot == 10 && queue.nextNode == 4)
    guard case .link(.sourceEnded) = queue.pop()?.what else {
      Issue.record("the earlier event comes first")
      return
    }
    #expect(queue.nextNode == 3)
  }
}
