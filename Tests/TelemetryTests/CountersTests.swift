import Telemetry
import Testing

@Test func countersKeepTheOrderOfRegistration() {
  var counters = Counters()
  let turns = counters.register("turns")
  let dropped = counters.register("frames.dropped")
  counters.add(to: dropped)
  counters.add(41, to: turns)
  counters.add(to: turns)
  #expect(counters.value(of: turns) == 42)
  #expect(counters.rows == [.init(name: "turns", value: 42), .init(name: "frames.dropped", value: 1)])
}

@Test func reasonsOverTheCapacityCountAsOther() {
  var counters = Counters()
  let refused = counters.registerReasons("refused", capacity: 2)
  for reason in ["size", "collar", "rate", "collar", "size", "collar", "rate"] {
    counters.add(reason: reason, to: refused)
  }
  #expect(counters.value(of: "collar", in: refused) == 3)
  #expect(counters.value(of: "rate", in: refused) == 0)
  #expect(counters.value(of: Counters.otherReason, in: refused) == 2)
  #expect(
    counters.rows == [
      .init(name: "refused.collar", value: 3), .init(name: "refused.size", value: 2),
      .init(name: "refused.other", value: 2),
    ])
}

@Test func reasonsFromHostileInputStayBounded() {
  var counters = Counters()
  let refused = counters.registerReasons("refused", capacity: 4)
  for number in 0..<1000 { counters.add(reason: "\(number)", to: refused) }
  counters.add(reason: "", to: refused)
  counters.add(reason: String(repeating: "x", count: 65), to: refused)
  counters.add(reason: "other", to: refused)
  #expect(counters.rows.count == 5)
  #expect(counters.value(of: "other", in: refused) == 999)
  #expect(counters.rows.reduce(0) { $0 + $1.value } == 1003)
}

@Test func familiesAreApart() {
  var counters = Counters()
  let first = counters.registerReasons("first")
  let second = counters.registerReasons("second")
  counters.add(reason: "late", to: second)
  #expect(counters.value(of: "late", in: first) == 0)
  #expect(counters.value(of: "late", in: second) == 1)
}
