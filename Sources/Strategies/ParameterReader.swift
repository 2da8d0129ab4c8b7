/// Takes a structure of parameters apart into its wrappers, by name, and puts one together again.
///
/// The compiler derives `Codable` for such a structure; here the derived code is run with an encoder that
/// only notes what it is given, and a decoder that only hands it back. Nothing is ever made into bytes.
enum ParameterReader {
  typealias Entry = (name: String, slot: any ParameterSlot)

  static func slots(of parameters: some StrategyParameters) -> [Entry] {
    let notes = Notes()
    do {
      try parameters.encode(to: NotingEncoder(notes: notes))
    } catch {
      preconditionFailure("\(type(of: parameters)): every property must be @Live or @Fixed: \(error)")
    }
    return notes.entries
  }

  static func make<Parameters: StrategyParameters>(_ type: Parameters.Type, of entries: [Entry]) -> Parameters
  {
    do {
      return try Parameters(from: ReturningDecoder(entries: entries))
    } catch {
      preconditionFailure("\(type) does not decode what it encodes: \(error)")
    }
  }

  final class Notes {
    var entries: [Entry] = []
  }

  /// A property that is no parameter.
  struct NotAParameter: Error {
    var name: String
  }
}

private struct NotingEncoder: Encoder {
  let notes: ParameterReader.Notes
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Container<Key>(notes: notes))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { preconditionFailure("parameters are no list") }
  func singleValueContainer() -> any SingleValueEncodingContainer {
    preconditionFailure("parameters are no single value")
  }

  struct Container<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let notes: ParameterReader.Notes
    var codingPath: [any CodingKey] { [] }

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
      guard let slot = value as? any ParameterSlot else {
        throw ParameterReader.NotAParameter(name: key.stringValue)
      }
      notes.entries.append((key.stringValue, slot))
    }

    mutating func encodeNil(forKey key: Key) throws {
      throw ParameterReader.NotAParameter(name: key.stringValue)
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      preconditionFailure("parameter \(key.stringValue) is a structure")
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      preconditionFailure("parameter \(key.stringValue) is a list")
    }

    mutating func superEncoder() -> any Encoder { preconditionFailure("parameters inherit nothing") }
    mutating func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }
  }
}

private struct ReturningDecoder: Decoder {
  let entries: [ParameterReader.Entry]
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Container<Key>(entries: entries))
  }

  func unkeyedContainer() -> any UnkeyedDecodingContainer { preconditionFailure("parameters are no list") }
  func singleValueContainer() -> any SingleValueDecodingContainer {
    preconditionFailure("parameters are no single value")
  }

  struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let entries: [ParameterReader.Entry]
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { entries.compactMap { Key(stringValue: $0.name) } }

    func contains(_ key: Key) -> Bool { entries.contains { $0.name == key.stringValue } }
    func decodeNil(forKey key: Key) throws -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
      guard let value = entries.first(where: { $0.name == key.stringValue })?.slot as? T else {
        throw ParameterReader.NotAParameter(name: key.stringValue)
      }
      return value
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedDecodingContainer<Nested> {
      preconditionFailure("parameter \(key.stringValue) is a structure")
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
      preconditionFailure("parameter \(key.stringValue) is a list")
    }

    func superDecoder() -> any Decoder { preconditionFailure("parameters inherit nothing") }
    func superDecoder(forKey key: Key) -> any Decoder { superDecoder() }
  }
}
