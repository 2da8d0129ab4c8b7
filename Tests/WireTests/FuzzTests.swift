import Foundation
import Testing
import Wire

/// No bytes of a peer can stop the process: a frame is read whole or refused with a reason.
struct FuzzTests {
  #if DEBUG
    static let frames = 20_000
  #else
    static let frames = 1_000_000
  #endif

  @Test func damagedFramesAreReadOrRefusedAndNeverTrap() throws {
    let seed = try seedToUse()
    var random = SampleRandom(seed: seed)
    let originals = Template.allCases.flatMap { template in (0..<4).map { sample(template, seed: $0) } }
    var line: [UInt8] = []
    var accepted = 0
    var refused = [Int](repeating: 0, count: FrameRefusal.allCases.count + 1)
    for round in 0..<Self.frames {
      var frame = originals[Int(random.next() % UInt64(originals.count))]
      damage(&frame, &random)
      line.removeAll(keepingCapacity: true)
      let span = frame.span.bytes
      let reason = FrameRefusal.reason(for: span)
      // Printing reads every field, every group entry and all data through the views.
      let printed = WireJSON.append(span, to: &line)
      let isRead = line.first == UInt8(ascii: "{") && line.last == UInt8(ascii: "}")
      if printed != reason || isRead != (reason == nil) || line.isEmpty != (reason != nil) {
        Issue.record(
          """
          seed \(seed), round \(round): views and FrameRefusal disagree (\(describe(reason))) on \(frame.hex)
          repeat with WAGGLE_SEED=\(seed) swift test --filter FuzzTests
          """)
        return
      }
      if let reason { refused[Int(reason.rawValue)] += 1 } else { accepted += 1 }
    }
    // A fuzzer that never gets past the header, or never damages anything, proves nothing.
    #expect(accepted > Self.frames / 10, "seed \(seed)")
    for reason in FrameRefusal.allCases {
      #expect(refused[Int(reason.rawValue)] > 0, "seed \(seed): no frame was refused as \(reason)")
    }
  }

  @Test func randomBytesBehindAValidHeaderNeverTrap() throws {
    let seed = try seedToUse()
    var random = SampleRandom(seed: ~seed)
    var line: [UInt8] = []
    for round in 0..<Self.frames / 10 {
      let template = Template.allCases[Int(random.next() % UInt64(Template.allCases.count))]
      var frame = [UInt8](repeating: 0, count: 8 + Int(random.next() % 400))
      for index in frame.indices { frame[index] = UInt8(truncatingIfNeeded: random.next()) }
      frame.put(UInt16(random.next() % 300), at: 0)
      frame.put(template.rawValue, at: 2)
      frame.put(WireSchema.id, at: 4)
      frame.put(UInt16(random.next() % 3), at: 6)
      line.removeAll(keepingCapacity: true)
      let printed = WireJSON.append(frame.span.bytes, to: &line)
      #expect(printed == refusal(of: frame), "seed \(seed), round \(round): \(frame.hex)")
    }
  }

  private func seedToUse() throws -> UInt64 {
    guard let text = ProcessInfo.processInfo.environment["WAGGLE_SEED"] else { return 20_260_201 }
    return try #require(UInt64(text), "WAGGLE_SEED is not a number: \(text)")
  }

  /// One to three kinds of damage; now and then none, or a size no frame may have.
  private func damage(_ frame: inout [UInt8], _ random: inout SampleRandom) {
    for _ in 0..<random.next() % 4 {
      let place = frame.isEmpty ? 0 : Int(random.next() % UInt64(frame.count))
      switch random.next() % 11 {
      case 0, 1:
        if !frame.isEmpty { frame[place] ^= 1 << UInt8(random.next() % 8) }
      case 2:
        frame.removeLast(frame.count - place)
      case 3:
        for _ in 0..<random.next() % 64 { frame.append(UInt8(truncatingIfNeeded: random.next())) }
      case 4:
        if place + 2 <= frame.count { frame.put(UInt16.max, at: place) }
      case 5:
        if place + 2 <= frame.count { frame.put(UInt16(random.next() % 32), at: place) }
      case 6:
        damageDimensions(&frame, &random)
      case 7:
        if frame.count >= 8 { frame.put(UInt16(random.next() % 520), at: 0) }
      case 8:
        if frame.count >= 8 { frame[Int(random.next() % 8)] = UInt8(truncatingIfNeeded: random.next()) }
      case 9:
        if frame.count >= 8 { frame.put(UInt16(random.next() % 5), at: 6) }
      default:
        if random.next() % 200 == 0 { frame += [UInt8](repeating: 0, count: FrameWriter.maxFrame) }
      }
    }
  }

  /// Sets the entry length, count or data length that follows the block to an end of its range.
  private func damageDimensions(_ frame: inout [UInt8], _ random: inout SampleRandom) {
    guard frame.count >= 8 else { return }
    let place = 8 + Int(frame.get(at: 0, as: UInt16.self)) + 2 * Int(random.next() % 2)
    guard place + 2 <= frame.count else { return }
    let extremes: [UInt16] = [0, 1, 15, 16, 17, 0x7FFF, 0xFFFE, 0xFFFF]
    frame.put(extremes[Int(random.next() % UInt64(extremes.count))], at: place)
  }
}
