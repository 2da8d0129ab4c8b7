import ActorKit

/// The sum of what an account's instruments are worth at their worst case, kept up by the instruments that
/// changed. Units of 1e-17.
struct GrossNotional: Sendable {
  /// Nil where nothing can be said.
  private var values: [Int128?]
  /// Of all that are known.
  private var sum: Int128 = 0
  private var unknownCount: Int
  /// Not valued since something changed.
  private(set) var unsettled: Indices

  /// A larger value is none: no account is worth it, and with it the sum of all could overflow.
  static let most: Int128 = 1 << 110

  /// At most 65,536 instruments.
  init(count: Int) {
    precondition(count <= 1 << 16, "\(count) instruments of one account")
    values = Array(repeating: nil, count: count)
    unknownCount = count
    unsettled = Indices(0..<count)
  }

  mutating func forget(_ index: Int) { unsettled.insert(index) }

  mutating func forgetAll() { unsettled.insertAll(of: values.indices) }

  /// All that changed has been set.
  mutating func settle() { unsettled.removeAll() }

  mutating func set(_ told: Int128?, at index: Int) {
    let value = told.flatMap { $0 <= Self.most ? $0 : nil }
    if let old = values[index] { sum -= old } else { unknownCount -= 1 }
    values[index] = value
    if let value { sum += value } else { unknownCount += 1 }
  }

  /// Without one of them; nil when one of the others cannot be valued.
  func total(without excluded: Int?) -> Int128? {
    precondition(unsettled.isEmpty, "\(unsettled.all.count) instruments are not valued")
    let value = excluded.map { values[$0] }
    let isExcludedUnknown = value.map { $0 == nil } ?? false
    guard unknownCount == (isExcludedUnknown ? 1 : 0) else { return nil }
    return sum - ((value ?? nil) ?? 0)
  }
}
