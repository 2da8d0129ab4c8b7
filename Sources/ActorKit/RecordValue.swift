import Wire

/// What can stand in a field of a record: in a fact, or in the part of a state. The generator makes the
/// conformances from `records.xml`.
public protocol RecordValue {
  func write(to writer: inout SnapshotWriter)
  init(from reader: inout SnapshotReader) throws(RestoreError)
}

/// A choice among named values, kept by its raw value. One that this program does not know is not guessed
/// at.
public protocol RecordCode: RecordValue, RawRepresentable where RawValue: FixedWidthInteger {
  /// Whether "not said, or a word of a later version" can stand in a record: peers say it, and what is
  /// recorded must be readable.
  static var mayBeUnsaid: Bool { get }
}

extension RecordCode {
  public static var mayBeUnsaid: Bool { false }

  public func write(to writer: inout SnapshotWriter) { writer.write(rawValue) }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    let raw = try reader.read(RawValue.self)
    guard let value = Self(rawValue: raw) else { throw .invalid("\(raw) as a \(Self.self)") }
    self = value
  }
}

extension RecordCode where Self: WireEnumeration {
  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    let raw = try reader.read(RawValue.self)
    guard let value = Self(rawValue: raw), value != .unrecognized || Self.mayBeUnsaid else {
      throw .invalid("\(raw) as a \(Self.self)")
    }
    self = value
  }
}

extension SnapshotWriter {
  public mutating func write<Value: RecordValue>(_ value: Value) { value.write(to: &self) }

  public mutating func write<Value: RecordValue>(_ value: Value?) {
    write(value != nil)
    value?.write(to: &self)
  }

  /// None is a code of 0.
  public mutating func write<Code: RecordCode>(codeOrZero code: Code?) { write(code?.rawValue ?? 0) }

  /// A count and the values. Inlinable: unspecialised, each value is fetched by an allocated coroutine.
  @inlinable
  public mutating func write<Value: RecordValue>(list: some Collection<Value>) {
    write(UInt32(list.count))
    for value in list { value.write(to: &self) }
  }

  @inlinable
  public mutating func write<Number: FixedWidthInteger>(list: [Number]) {
    write(UInt32(list.count))
    for number in list { write(number) }
  }
}

extension SnapshotReader {
  public mutating func readIfPresent<Value: RecordValue>() throws(RestoreError) -> Value? {
    try read(Bool.self) ? try Value(from: &self) : nil
  }

  public mutating func readCodeOrZero<Code: RecordCode>() throws(RestoreError) -> Code? {
    var ahead = self
    guard try ahead.read(Code.RawValue.self) != 0 else {
      self = ahead
      return nil
    }
    return try Code(from: &self)
  }

  /// A list of values that take at least `size` bytes each: more than could follow, or than `most`, is
  /// refused before any memory is taken.
  public mutating func readList<Value: RecordValue>(
    ofSize size: Int, atMost most: Int = .max
  ) throws(RestoreError) -> [Value] {
    let count = try readCount(ofSize: size, atMost: most)
    var list: [Value] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try Value(from: &self)) }
    return list
  }

  public mutating func readNumbers<Number: FixedWidthInteger>(
    atMost most: Int = .max
  ) throws(RestoreError) -> [Number] {
    let count = try readCount(ofSize: Number.bitWidth / 8, atMost: most)
    var list: [Number] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try read()) }
    return list
  }

  private mutating func readCount(ofSize size: Int, atMost most: Int) throws(RestoreError) -> Int {
    let count = Int(try read(UInt32.self))
    guard count * size <= remaining else { throw .invalid("a list of \(count) in \(remaining) bytes") }
    guard count <= most else { throw .invalid("a list of \(count), more than \(most)") }
    return count
  }
}
