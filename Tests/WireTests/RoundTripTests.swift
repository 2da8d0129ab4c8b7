import Testing
import Wire

/// What is encoded is what a view reads, for every message of the schema.
struct RoundTripTests {
  @Test(arguments: Template.allCases)
  func viewsReadWhatEncodersWrote(_ template: Template) {
    var out = FrameWriter()
    for seed in 0..<300 as Range<UInt64> {
      let range = WireSamples.encode(template, seed: seed, into: &out)
      let frame = out.span(from: range.lowerBound, count: range.count)
      if let difference = WireSamples.difference(template, seed: seed, in: frame) {
        Issue.record("\(template.name), seed \(seed): \(difference)")
      }
      guard let message = Inbound(frame) else {
        Issue.record("\(template.name), seed \(seed): refused: \(describe(FrameRefusal.reason(for: frame)))")
        continue
      }
      #expect(message.template == template)
      #expect(message.templateId == template.rawValue)
      #expect(message.frame.byteCount == range.count)
    }
  }

  @Test func framesInOneArenaDoNotTouchEachOther() {
    var out = FrameWriter(capacity: 64, bound: 1 << 20)
    var frames: [(template: Template, seed: UInt64, range: Range<Int>)] = []
    for seed in 0..<5 as Range<UInt64> {
      for template in Template.allCases {
        frames.append((template, seed, WireSamples.encode(template, seed: seed, into: &out)))
      }
    }
    #expect(out.capacity >= out.count && out.count == frames.last?.range.upperBound)
    for (template, seed, range) in frames {
      let frame = out.span(from: range.lowerBound, count: range.count)
      let difference = WireSamples.difference(template, seed: seed, in: frame)
      #expect(difference == nil, "\(template.name), seed \(seed)")
    }
  }

  @Test func aReusedArenaLeavesNothingBehind() {
    var fresh = FrameWriter()
    var used = FrameWriter()
    for template in Template.allCases {
      WireSamples.encode(template, seed: 99, into: &used)
      used.reset()
      fresh.reset()
      let range = WireSamples.encode(template, seed: 7, into: &fresh)
      #expect(WireSamples.encode(template, seed: 7, into: &used) == range)
      #expect(bytes(of: fresh.bytes) == bytes(of: used.bytes), "\(template.name)")
      used.reset()
    }
  }
}
