/// Why a frame cannot be read: the reason to log and to count by. Asked only after a view's `init` gave nil.
public enum FrameRefusal: UInt8, CaseIterable, Sendable {
  /// Fewer bytes than a header.
  case tooShort = 1
  /// More bytes than `FrameWriter.maxFrame`.
  case tooLong
  /// The header names another schema.
  case wrongSchema
  /// The header names a version that never was, 0.
  case versionTooOld
  /// The schema has no such message; a newer peer may.
  case unknownTemplate
  /// The fixed block is shorter than the first version's.
  case blockTooShort
  /// The fixed block reaches beyond the frame's end.
  case blockOverrun
  /// A group's entries are shorter than the first version's.
  case entryTooShort
  /// A group reaches beyond the frame's end.
  case groupOverrun
  /// The variable data reaches beyond the frame's end.
  case dataOverrun
}

/// What the wire layout of a message demands of a frame, for naming the cause of a refusal.
///
/// Written apart from the views' own checks, so that a test can hold the one against the other.
struct FrameDemands {
  /// Bytes of the fixed block in the first version.
  var block: Int
  /// For each group: bytes of an entry in its first version, and the version that brought the group.
  var groups: [(entry: Int, since: UInt16)] = []
  /// Bytes of the data's length, 0 for no data, and the version that brought it.
  var data: (lengthBytes: Int, since: UInt16) = (0, 1)

  /// The first thing `frame` does not meet.
  func refusal(of frame: RawSpan, _ header: FrameHeader) -> FrameRefusal? {
    guard Int(header.blockLength) >= block else { return .blockTooShort }
    var offset = header.blockEnd
    guard offset <= frame.byteCount else { return .blockOverrun }
    for group in groups where header.version >= group.since {
      guard offset + 4 <= frame.byteCount else { return .groupOverrun }
      let entry = Int(frame.integer(at: offset, as: UInt16.self))
      let count = Int(frame.integer(at: offset + 2, as: UInt16.self))
      if count > 0 && entry < group.entry { return .entryTooShort }
      offset += 4 + entry * count
      guard offset <= frame.byteCount else { return .groupOverrun }
    }
    guard data.lengthBytes > 0, header.version >= data.since else { return nil }
    guard offset + data.lengthBytes <= frame.byteCount else { return .dataOverrun }
    var length = 0
    for index in 0..<data.lengthBytes {
      length += Int(frame.integer(at: offset + index, as: UInt8.self)) << (8 * index)
    }
    return offset + data.lengthBytes + length <= frame.byteCount ? nil : .dataOverrun
  }
}

extension FrameRefusal {
  /// The reason `frame` is refused; nil when it can be read.
  public static func reason(for frame: RawSpan) -> FrameRefusal? {
    guard let header = FrameHeader(frame) else { return .tooShort }
    guard frame.byteCount <= FrameWriter.maxFrame else { return .tooLong }
    guard header.schemaId == WireSchema.id else { return .wrongSchema }
    guard header.version >= 1 else { return .versionTooOld }
    guard let template = Template(rawValue: header.templateId) else { return .unknownTemplate }
    return FrameDemands(of: template).refusal(of: frame, header)
  }
}
