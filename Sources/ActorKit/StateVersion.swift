/// The number of a state's layout, its first field. Once it is read, what later versions added is known not
/// to be there.
public struct StateVersion: RecordValue, Equatable, Sendable {
  public let number: UInt16

  public init(_ number: UInt16) { self.number = number }

  public func write(to writer: inout SnapshotWriter) { writer.write(number) }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    number = try reader.read()
    reader.version = number
  }

  /// Refuses every version but those from `oldest` to `newest`.
  public static func check(
    _ reader: SnapshotReader, oldest: UInt16, newest: UInt16
  ) throws(RestoreError) {
    var ahead = reader
    let version = try ahead.read(UInt16.self)
    guard (oldest...newest).contains(version) else { throw .unknownVersion(version) }
  }
}
