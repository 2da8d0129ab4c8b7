import ActorKit
import Governance
import OrderExecutor
import Trading
import Vocabulary
import Wire

/// The source of seeded values for the samples that the generator makes of `records.xml`.
package struct RecordRandom {
  private var wire: SampleRandom
  /// Most entries of a list.
  private let longestList: UInt64

  package init(seed: UInt64, longestList: UInt64 = 5) {
    wire = SampleRandom(seed: seed)
    self.longestList = longestList
  }

  package mutating func value<Value: SampledValue>() -> Value { Value(random: &self) }

  package mutating func optional<Value: SampledValue>() -> Value? {
    wire.next() % 4 == 0 ? nil : Value(random: &self)
  }

  package mutating func positive() -> Quantity { Quantity(raw: Int64(wire.next() >> 2) + 1) }

  package mutating func list<Value: SampledValue>() -> [Value] {
    (0..<wire.next() % (longestList + 1)).map { _ in Value(random: &self) }
  }

  package mutating func integer<Number: FixedWidthInteger>() -> Number { wire.integer() }

  package mutating func choice<Choice>(_ choices: [Choice]) -> Choice {
    choices[Int(wire.next() % UInt64(choices.count))]
  }
}

/// What can stand in a field of a sample.
package protocol SampledValue {
  init(random: inout RecordRandom)
}

/// An enumeration of the journals or of Trading.
package protocol SampledChoice: SampledValue, CaseIterable {}

extension SampledChoice {
  package init(random: inout RecordRandom) { self = random.choice(Array(Self.allCases)) }
}

/// The facts of a component.
package protocol SampledFact: FactCoding {
  static func samples(random: inout RecordRandom) -> [Self]
}

extension SampledValue where Self: FixedWidthInteger {
  package init(random: inout RecordRandom) { self = random.integer() }
}

extension SampledValue where Self: WireEnumeration & RecordCode {
  package init(random: inout RecordRandom) {
    self = random.choice(Self.allCases.filter { $0 != .unrecognized || Self.mayBeUnsaid })
  }
}

extension UInt16: SampledValue {}
extension UInt32: SampledValue {}
extension UInt64: SampledValue {}
extension Int64: SampledValue {}

extension Bool: SampledValue {
  package init(random: inout RecordRandom) { self = random.choice([true, false]) }
}

extension String: SampledValue {
  package init(random: inout RecordRandom) {
    self = random.choice(["", "me", "fat \"finger\", twice", "é\r\nü", "a,b;c"])
  }
}

extension Price: SampledValue {
  package init(random: inout RecordRandom) { self.init(raw: random.integer()) }
}

extension Quantity: SampledValue {
  package init(random: inout RecordRandom) { self.init(raw: random.integer()) }
}

extension Money: SampledValue {
  package init(random: inout RecordRandom) { self.init(raw: random.integer()) }
}

extension ClOrdID: SampledValue {
  package init(random: inout RecordRandom) {
    self.init(account: random.integer(), epoch: random.integer(), counter: random.integer())
  }
}

extension IntentID: SampledValue {
  package init(random: inout RecordRandom) { self.init(high: random.integer(), low: random.integer()) }
}

extension ExecID: SampledValue {
  package init(random: inout RecordRandom) { self.init(high: random.integer(), low: random.integer()) }
}

extension Correlation: SampledValue {
  package init(random: inout RecordRandom) { self.init(high: random.integer(), low: random.integer()) }
}

extension Currency: SampledValue {
  package init(random: inout RecordRandom) {
    self = random.choice(["USDT", "BTC"].compactMap { Currency($0) })
  }
}

extension StateBytes: SampledValue {
  package init(random: inout RecordRandom) {
    let count: UInt16 = random.integer()
    self.init((0..<count % 20).map { _ in random.integer() })
  }
}

extension ClOrdIDText: SampledValue {
  package init(random: inout RecordRandom) {
    self.init(ClOrdID(account: 7, epoch: 3, counter: random.integer() >> 16))
  }
}

extension MarketClock: SampledValue {
  package init(random: inout RecordRandom) {
    let starts: [Int64] = [0, 1, 1_700_000_000_000_000_000, MarketClock.latestNanos]
    self.init(
      marketStartNanos: random.choice(starts), wallStartNanos: random.choice(starts),
      speedMilli: random.choice([1, 1_000, Int64(UInt32.max)]))
  }
}

extension HaltScope: SampledValue {
  package init(random: inout RecordRandom) {
    self = random.choice([
      .firm, .account(random.integer()), .strategy(random.integer()), .instrument(random.integer()),
    ])
  }
}

extension Side: SampledChoice {}
extension OrderType: SampledChoice {}
extension TimeInForce: SampledChoice {}
extension LiquidityIndicator: SampledChoice {}
extension CommandKind: SampledValue {}
extension CommandOutcome: SampledValue {}
extension IntentOutcome: SampledValue {}
extension PermitLevel: SampledValue {}
extension RejectReason: SampledValue {}
extension RiskCheck: SampledValue {}
extension MeasureUnit: SampledValue {}
extension SessionCause: SampledValue {}
extension SessionCode: SampledValue {}
