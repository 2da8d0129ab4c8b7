import ActorKit
import Trading
import Wire

// Texts that stand in records; `records.xml` leaves their coding to this file.

extension Currency: RecordValue {
  public func write(to writer: inout SnapshotWriter) { writer.write(description) }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    let text = try reader.readString()
    guard let currency = Currency(text) else { throw .invalid("\"\(text)\" where a currency should be") }
    self = currency
  }
}

extension ClOrdIDText: RecordValue {
  private static let length = 36

  /// All bytes, padding included: of one length, so that a state's size does not depend on the ids.
  public func write(to writer: inout SnapshotWriter) {
    for index in 0..<Self.length { writer.write(self[index]) }
  }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    var bytes: [UInt8] = []
    var isPadding = false
    for _ in 0..<Self.length {
      let byte = try reader.read(UInt8.self)
      isPadding = isPadding || byte == 0
      if !isPadding { bytes.append(byte) }
      guard !isPadding || byte == 0 else { throw .invalid("a client order id with bytes behind its end") }
    }
    guard let id = ClOrdIDText(bytes: bytes) else { throw .invalid("a client order id that is not ASCII") }
    self = id
  }
}
