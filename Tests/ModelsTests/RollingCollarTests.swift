import Models
import Testing
import Trading

private let second: Int64 = 1_000_000_000

@Test func aReferenceCannotBeWalkedAway() throws {
  // 1 % over a minute: steps of 0.3 % pass one by one until the walk as a whole is too long.
  var collar = try RollingCollar(limit: Bps.parse("100"), windowNanos: 60 * second)
  func allows(_ price: String, _ time: Int64) throws -> Bool {
    collar.allows(try Price.parse(price), atNanos: time * second)
  }
  #expect(try !allows("100", 0), "nothing is known yet")
  for (step, price) in ["100", "100.3", "100.6", "100.9"].enumerated() {
    try collar.update(reference: Price.parse(price), atNanos: Int64(step) * second)
  }
  #expect(try allows("101", 4), "exactly the limit from the lowest")
  #expect(try !allows("101.000000001", 4))
  #expect(try allows("99.891", 4), "exactly the limit from the highest")
  #expect(try !allows("99.890999999", 4))
  #expect(try !allows("0", 4) && !allows("-1", 4))
  #expect(try !allows("100", 2), "a time before the newest reference")
  // The window forgets, a sixteenth late at most.
  try collar.update(reference: Price.parse("101.5"), atNanos: 63 * second)
  #expect(try !allows("102.4", 63))
  #expect(try allows("102.4", 68))
  #expect(try !allows("101.5", 200), "references are too old")
}

@Test func theRollingCollarAgreesWithKeepingEveryReference() throws {
  let seed: UInt64 = 6
  var random = SplitMix64(seed: seed)
  var collar = try RollingCollar(limit: Bps.parse("50"), windowNanos: 1600)
  var history: [(time: Int64, price: Price)] = []
  var time: Int64 = -5000
  var level: Int64 = 100_000_000_000
  for step in 0..<3000 {
    time += Int64(random.below(150))
    level += Int64(random.below(400_000_001)) - 200_000_000
    let price = Price(raw: level)
    try collar.update(reference: price, atNanos: time)
    history.append((time, price))
    let asked = Price(raw: level + Int64(random.below(1_200_000_001)) - 600_000_000)
    func within(_ window: Int64) -> Bool {
      history.filter { $0.time > time - window }.allSatisfy { entry in
        (asked.raw - entry.price.raw).magnitude * 10_000 <= UInt64(entry.price.raw) * 50
      }
    }
    // Never forgets early, and is no stricter than a window longer by one sixteenth.
    let allowed = collar.allows(asked, atNanos: time)
    if allowed { #expect(within(1600), "seed \(seed), step \(step)") }
    if within(1700) { #expect(allowed, "seed \(seed), step \(step)") }
  }
}

@Test func theRollingCollarRefusesNonsense() throws {
  let limit = try Bps.parse("100")
  #expect(throws: ModelError.self) { try RollingCollar(limit: Bps.parse("-1"), windowNanos: second) }
  #expect(throws: ModelError.self) { try RollingCollar(limit: Bps.parse("10001"), windowNanos: second) }
  #expect(throws: ModelError.self) { try RollingCollar(limit: limit, windowNanos: 15) }
  var collar = try RollingCollar(limit: limit, windowNanos: second)
  #expect(throws: ModelError.self) { try collar.update(reference: .zero, atNanos: 0) }
  try collar.update(reference: .max, atNanos: 5)
  #expect(throws: ModelError.self) { try collar.update(reference: .max, atNanos: 4) }
  #expect(collar.allows(.max, atNanos: 5) && !collar.allows(Price(raw: 1), atNanos: 5))
  var earliest = try RollingCollar(limit: limit, windowNanos: .max)
  try earliest.update(reference: .max, atNanos: .min)
  #expect(earliest.allows(.max, atNanos: .min))
}
