/// Bytes in a record that only their writer understands.
public struct StateBytes: RecordValue, Equatable, Sendable {
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public func write(to writer: inout SnapshotWriter) { writer.write(bytes) }

  public init(from reader: inout SnapshotReader) throws(RestoreError) { bytes = try reader.readBytes() }
}
