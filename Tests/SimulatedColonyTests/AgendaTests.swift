import Testing

import SimulatedColony

struct AgendaTests {
  @Test func whatIsDueFirstComesFirstAndEqualMomentsKeepTheirOrder() {
    for seed in UInt64(1)...50 {
      var (agenda, state) = (Agenda<Int>(), seed)
      var expected: [(moment: Int64, item: Int)] = []
      for item in 0..<200 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let moment = Int64(state >> 60)
        agenda.add(item, at: moment)
        expected.append((moment, item))
        if item % 7 == 6, let next = agenda.next() {
          let first = expected.enumerated().min { ($0.1.moment, $0.1.item) < ($1.1.moment, $1.1.item) }
          #expect(next.item == first?.element.item, "seed \(seed)")
          if let first { expected.remove(at: first.offset) }
        }
      }
      let rest = expected.sorted { ($0.moment, $0.item) < ($1.moment, $1.item) }.map(\.item)
      var taken: [Int] = []
      while let next = agenda.next() { taken.append(next.item) }
      #expect(taken == rest, "seed \(seed)")
    }
  }
}
