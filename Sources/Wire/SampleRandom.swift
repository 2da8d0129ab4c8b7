/// The source of seeded values for the generated `WireSamples`: SplitMix64 (Steele, Lea, Flood 2014).
package struct SampleRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Any integer; often one at the ends of the range or small, where mistakes live.
  package mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T {
    switch next() % 8 {
    case 0: return .max - 1
    case 1: return .min + 1
    case 2: return 0
    case 3: return 1
    default: return T(truncatingIfNeeded: next())
    }
  }

  /// Any integer but `null`, which on the wire means none.
  package mutating func integer<T: FixedWidthInteger>(except null: T) -> T {
    let value: T = integer()
    return value == null ? value ^ 1 : value
  }

  /// None one time in four, else any integer but `null`.
  package mutating func optional<T: FixedWidthInteger>(null: T) -> T? {
    next() % 4 == 0 ? nil : integer(except: null)
  }

  /// A finite number of either sign.
  package mutating func double() -> Double {
    Double(Int64(truncatingIfNeeded: next()) >> 20) / 65_536
  }

  /// None one time in four, else a finite number.
  package mutating func optionalDouble() -> Double? {
    next() % 4 == 0 ? nil : double()
  }

  /// One of an enum's named values.
  package mutating func choice<Choice: WireEnumeration>(_ type: Choice.Type = Choice.self) -> Choice {
    let known = Choice.allCases.filter { $0 != .unrecognized }
    return known[Int(next() % UInt64(known.count))]
  }

  /// None one time in four, else one of an enum's named values.
  package mutating func optionalChoice<Choice: WireEnumeration>(_ type: Choice.Type = Choice.self) -> Choice?
  {
    next() % 4 == 0 ? nil : choice()
  }

  /// Any subset of a set's named marks.
  package mutating func marks<Marks: WireSet>(_ type: Marks.Type = Marks.self) -> Marks
  where Marks.Element == Marks {
    var marks = Marks()
    for (_, mark) in Marks.names where next() % 2 == 0 { marks.insert(mark) }
    return marks
  }

  /// A text of any length from empty to full.
  package mutating func text<let capacity: Int>() -> FixedText<capacity> {
    let letters = Array("ABCXYZabcxyz0189-_.\"\\/".utf8)
    var bytes: [UInt8] = []
    for _ in 0..<Int(next() % UInt64(capacity + 1)) {
      bytes.append(letters[Int(next() % UInt64(letters.count))])
    }
    guard let text = FixedText<capacity>(bytes: bytes) else { preconditionFailure("not a text: \(bytes)") }
    return text
  }

  /// Up to five entries.
  package mutating func list<Element>(_ make: (inout SampleRandom) -> Element) -> [Element] {
    var elements: [Element] = []
    for _ in 0..<next() % 6 { elements.append(make(&self)) }
    return elements
  }

  /// Up to 40 bytes; printable ones where `isText`.
  package mutating func data(isText: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<next() % 41 {
      let byte = UInt8(truncatingIfNeeded: next())
      bytes.append(isText ? 0x20 + byte % 95 : byte)
    }
    return bytes
  }
}
