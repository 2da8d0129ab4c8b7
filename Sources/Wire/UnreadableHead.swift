/// The numbers of a frame that is long enough to have them, whatever its template.
@frozen
public struct UnreadableHead: Equatable, Sendable {
  public let templateId: UInt16
  public let sender: UInt16
  public let flags: EnvelopeFlags
  public let epoch: UInt32
  public let sequence: UInt64

  public init?(_ frame: RawSpan) {
    guard let header = FrameHeader(frame), header.schemaId == WireSchema.id,
      frame.byteCount >= FrameHeader.byteCount + Int(header.blockLength), header.blockLength >= 48
    else { return nil }
    let envelope = FrameHeader.byteCount
    templateId = header.templateId
    sender = frame.integer(at: envelope)
    flags = EnvelopeFlags(rawValue: frame.integer(at: envelope + 2))
    epoch = frame.integer(at: envelope + 4)
    sequence = frame.integer(at: envelope + 8)
  }
}
