import ActorKit

/// A row's fact, decoded for people and other programs.
public struct FactRecord: Equatable, Sendable {
  /// Whether this program understood the row.
  public enum Reading: Equatable, Sendable {
    case known
    /// Written by a newer build: a kind that this one does not know.
    case unknown
    /// A kind it knows, with bytes that are none of it.
    case unreadable(RestoreError)
  }

  /// `orderCreated`, …; `unknown` and `unreadable` where it was not understood.
  public let name: String
  public let fields: [FactField]
  public let reading: Reading

  /// The text of a field; nil when the fact has no such field.
  public func text(_ field: String) -> String? { fields.first { $0.name == field }?.value.text }

  init(name: String, fields: [FactField]) {
    self.name = name
    self.fields = fields
    reading = .known
  }

  /// A row that is not understood is shown as it is.
  init(notUnderstood reading: Reading, kind: UInt16, body: [UInt8]) {
    var fields = [
      FactField(name: Self.kindNumber, value: .integer(Int64(kind))),
      FactField(name: Self.body, value: .text(body.hexadecimal)),
    ]
    if case .unreadable(let error) = reading {
      fields.append(FactField(name: Self.problem, value: .text("\(error)")))
      name = "unreadable"
    } else {
      name = "unknown"
    }
    self.fields = fields
    self.reading = reading
  }

  static let kindNumber = "kindNumber"
  static let body = "body"
  static let problem = "problem"
}

extension [UInt8] {
  /// Two digits a byte.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * count)
    for byte in self {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
