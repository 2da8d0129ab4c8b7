import Wire

/// Whole messages of every template whose numbers are at the ends of what the wire carries.
enum ExtremeFrames {
  /// A frame of each template for each way to fill its block, with the envelopes of those who may send it.
  static func all(senders: [UInt16], seed: UInt64) -> [[UInt8]] {
    var random = SampleRandom(seed: seed)
    var frames: [[UInt8]] = []
    for template in Template.allCases {
      var out = FrameWriter(capacity: FrameWriter.maxFrame)
      WireSamples.encode(template, seed: seed, into: &out)
      let sample = out.bytes.copiedBytes()
      for fill in fills {
        for sender in senders {
          var frame = sample
          fillBlock(of: &frame, with: fill)
          setEnvelope(of: &frame, sender: sender, &random)
          if !isObeyedFromAnyone(frame) { frames.append(frame) }
        }
      }
    }
    return frames
  }

  /// A halt or panic that names no colony is carried out, whoever gives it (docs/DECISIONS.md): then nothing
  /// trades on.
  private static func isObeyedFromAnyone(_ frame: [UInt8]) -> Bool {
    guard case .command(let view) = Inbound(frame.span.bytes) else { return false }
    return view.colony.isEmpty && (view.kind == .halt || view.kind == .panic)
  }

  /// The first byte of a number, those between, and its last; nil leaves the sample's block as it is.
  private static let fills: [UInt8?] = [nil, 0, 0xFF, 0x7F, 0x80]
  private static let envelopeBytes = 48
  private static let times: [UInt64] = [
    UInt64(bitPattern: .min), UInt64(bitPattern: .max), 0, .max, UInt64(bitPattern: .min + 1), 1,
  ]
  private static let flags: [UInt16] = (0..<16).map { $0 } + [0x80, 0xFFFF]

  private static func fillBlock(of frame: inout [UInt8], with fill: UInt8?) {
    guard let fill, let header = FrameHeader(frame.span.bytes) else { return }
    let first = FrameHeader.byteCount + envelopeBytes
    let end = min(frame.count, FrameHeader.byteCount + Int(header.blockLength))
    for place in min(first, end)..<end {
      // Numbers of eight bytes, little end first, so that one is the largest or the smallest of its kind.
      let isLast = (place - FrameHeader.byteCount) % 8 == 7
      frame[place] = fill == 0x7F ? (isLast ? 0x7F : 0xFF) : fill == 0x80 ? (isLast ? 0x80 : 0) : fill
    }
  }

  private static func setEnvelope(of frame: inout [UInt8], sender: UInt16, _ random: inout SampleRandom) {
    func pick<T>(_ values: [T], _ random: inout SampleRandom) -> T {
      values[Int(random.next() % UInt64(values.count))]
    }
    // Sender, flags, epoch, sequence, sent, origin, and the two halves of the correlation.
    var bytes = little(sender) + little(pick(flags, &random))
    bytes += little(UInt32(truncatingIfNeeded: pick(times + [2, UInt64(UInt32.max - 1)], &random)))
    for _ in 0..<5 { bytes += little(pick(times, &random)) }
    frame.replaceSubrange(FrameHeader.byteCount..<FrameHeader.byteCount + bytes.count, with: bytes)
  }

  private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
  }
}
