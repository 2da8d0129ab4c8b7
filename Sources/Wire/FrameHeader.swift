/// The eight bytes every frame begins with (SBE's message header): what follows and how to read it.
@frozen
public struct FrameHeader: Equatable, Sendable {
  /// Bytes in a header.
  @inlinable public static var byteCount: Int { 8 }

  /// Size of the fixed block after the header, in bytes: longer than known when the sender's schema is newer.
  public var blockLength: UInt16
  /// Which message of the schema this is.
  public var templateId: UInt16
  /// Which schema: `WireSchema.id`.
  public var schemaId: UInt16
  /// The sender's version of the schema, from 1.
  public var version: UInt16

  /// A header of this program's own schema.
  @inlinable
  public init(blockLength: UInt16, templateId: UInt16) {
    self.blockLength = blockLength
    self.templateId = templateId
    self.schemaId = WireSchema.id
    self.version = WireSchema.version
  }

  /// Reads a header; nil when there are fewer than eight bytes.
  @inlinable
  public init?(_ frame: RawSpan) {
    guard frame.byteCount >= FrameHeader.byteCount else { return nil }
    blockLength = frame.integer(at: 0)
    templateId = frame.integer(at: 2)
    schemaId = frame.integer(at: 4)
    version = frame.integer(at: 6)
  }

  /// Reads the header of a frame worth reading on: right size, our schema, a version we know how to read.
  /// `FrameRefusal.reason(for:)` names the cause when this gives nil.
  @inlinable
  init?(readable frame: RawSpan) {
    self.init(frame)
    guard frame.byteCount <= FrameWriter.maxFrame, schemaId == WireSchema.id, version >= 1 else { return nil }
  }

  /// Where the fixed block ends, and the first group or data begins.
  @inlinable
  var blockEnd: Int { FrameHeader.byteCount + Int(blockLength) }

  /// Writes the header at the start of `frame`.
  @inlinable
  func store(into frame: inout MutableRawSpan) {
    frame.store(blockLength, at: 0)
    frame.store(templateId, at: 2)
    frame.store(schemaId, at: 4)
    frame.store(version, at: 6)
  }
}
