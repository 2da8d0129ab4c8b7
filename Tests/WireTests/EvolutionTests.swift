import Testing
import Wire

/// Frames of a newer sender, whose blocks and entries have grown, read as before. (Frames older than a
/// field are tried in GoldenBytesTests, and in SBECodegenTests with schemas of two versions.)
struct EvolutionTests {
  @Test(arguments: Template.allCases)
  func aLongerBlockIsSkipped(_ template: Template) {
    for seed in 0..<20 as Range<UInt64> {
      var frame = sample(template, seed: seed)
      let length: UInt16 = frame.get(at: 0)
      frame.insert(contentsOf: [0xAA, 0xBB, 0xCC], at: 8 + Int(length))
      frame.put(length + 3, at: 0)
      frame.put(WireSchema.version + 1, at: 6)
      #expect(difference(template, seed: seed, in: frame) == nil, "\(template.name), seed \(seed)")
    }
  }

  @Test(arguments: [(Template.bookDelta, 2), (.accountState, 4), (.quoteSignal, 2), (.engineHealth, 1)])
  func longerEntriesAreSkipped(_ template: Template, _ groups: Int) {
    for seed in 0..<50 as Range<UInt64> {
      var frame = sample(template, seed: seed)
      var offset = 8 + Int(frame.get(at: 0, as: UInt16.self))
      for _ in 0..<groups {
        let entry: UInt16 = frame.get(at: offset)
        let count: UInt16 = frame.get(at: offset + 2)
        frame.put(entry + 5, at: offset)
        offset += 4
        for _ in 0..<count {
          offset += Int(entry)
          frame.insert(contentsOf: [1, 2, 3, 4, 5], at: offset)
          offset += 5
        }
      }
      frame.put(WireSchema.version + 1, at: 6)
      #expect(difference(template, seed: seed, in: frame) == nil, "\(template.name), seed \(seed)")
    }
  }

  @Test func anUnknownEnumValueReadsAsUnrecognized() {
    var frame = sample(.trade, seed: 3)
    frame[frame.count - 2] = 77
    #expect(aggressor(frame) == .unrecognized)
    frame[frame.count - 2] = 255
    #expect(aggressor(frame) == .unrecognized)
  }

  @Test func unknownMarksOfASetAreKept() {
    var frame = sample(.accountQuery, seed: 3)
    frame[58] = 0x81
    #expect(parts(frame) == AccountParts(rawValue: 0x81))
    #expect(parts(frame)?.contains(.balances) == true)
  }

  private func aggressor(_ frame: [UInt8]) -> SideCode? {
    guard let trade = TradeView(frame.span.bytes) else { return nil }
    return trade.aggressor
  }

  private func parts(_ frame: [UInt8]) -> AccountParts? {
    guard let query = AccountQueryView(frame.span.bytes) else { return nil }
    return query.parts
  }
}
