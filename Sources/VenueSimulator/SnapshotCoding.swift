import ActorKit
import Trading
import Wire

// How the venue's durable values are spelled in the journal.

extension SnapshotWriter {
  /// All 36 bytes, padding included: of one length, so that a state's size does not depend on the ids.
  mutating func write(_ id: ClOrdIDText) {
    for index in 0..<Self.clOrdIDLength { write(id[index]) }
  }

  fileprivate static let clOrdIDLength = 36
}

extension SnapshotReader {
  mutating func readClOrdID() throws(RestoreError) -> ClOrdIDText {
    var bytes: [UInt8] = []
    var isPadding = false
    for _ in 0..<SnapshotWriter.clOrdIDLength {
      let byte = try read(UInt8.self)
      isPadding = isPadding || byte == 0
      if !isPadding { bytes.append(byte) }
      guard !isPadding || byte == 0 else { throw .invalid("a client order id with bytes behind its end") }
    }
    guard let id = ClOrdIDText(bytes: bytes) else { throw .invalid("a client order id that is not ASCII") }
    return id
  }

  mutating func readCode<Code: RawRepresentable>(
    _ what: String
  ) throws(RestoreError) -> Code where Code.RawValue == UInt8 {
    let raw = try read(UInt8.self)
    guard let code = Code(rawValue: raw) else { throw .invalid("\(what) \(raw)") }
    return code
  }

  mutating func readCurrency() throws(RestoreError) -> Currency {
    let text = try readString()
    guard let currency = Currency(text) else { throw .invalid("the currency \"\(text)\"") }
    return currency
  }

  /// A count of things of which each takes at least a byte, so that a damaged count cannot ask for more
  /// memory than the state has bytes.
  mutating func readCount(_ what: String) throws(RestoreError) -> Int {
    let count = Int(try read(UInt32.self))
    guard count <= remaining else { throw .invalid("\(count) \(what) in \(remaining) bytes") }
    return count
  }
}
