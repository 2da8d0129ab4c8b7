import LinearAlgebra

/// The checks at the models' doors. Each throws the error its name says and returns its argument, so that a
/// check and a use can stand in one expression.
enum Domain {
  @inline(__always) @discardableResult
  static func finite(_ value: Double, _ name: String) throws(ModelError) -> Double {
    guard value.isFinite else { throw .nonFinite(name) }
    return value
  }

  @inline(__always) @discardableResult
  static func positive(_ value: Double, _ name: String) throws(ModelError) -> Double {
    guard value.isFinite else { throw .nonFinite(name) }
    guard value > 0 else { throw .outOfRange(name, value: value, allowed: "> 0") }
    return value
  }

  @inline(__always) @discardableResult
  static func nonNegative(_ value: Double, _ name: String) throws(ModelError) -> Double {
    guard value.isFinite else { throw .nonFinite(name) }
    guard value >= 0 else { throw .outOfRange(name, value: value, allowed: ">= 0") }
    return value
  }

  @inline(__always) @discardableResult
  static func within(
    _ value: Double, _ range: ClosedRange<Double>, _ name: String
  ) throws(ModelError) -> Double {
    guard value.isFinite else { throw .nonFinite(name) }
    guard range.contains(value) else {
      throw .outOfRange(name, value: value, allowed: "\(range.lowerBound) ... \(range.upperBound)")
    }
    return value
  }

  /// Strictly inside (0, 1).
  @inline(__always) @discardableResult
  static func openUnit(_ value: Double, _ name: String) throws(ModelError) -> Double {
    guard value.isFinite else { throw .nonFinite(name) }
    guard value > 0 && value < 1 else { throw .outOfRange(name, value: value, allowed: "0 < x < 1") }
    return value
  }

  @inline(__always)
  static func atLeast(_ need: Int, _ have: Int, _ name: String) throws(ModelError) {
    guard have >= need else { throw .tooFew(name, have: have, need: need) }
  }

  @inline(__always)
  static func sameCount(_ have: Int, _ need: Int, _ name: String) throws(ModelError) {
    guard have == need else { throw .mismatched(name, have: have, need: need) }
  }

  static func allFinite(_ values: [Double], _ name: String) throws(ModelError) {
    for value in values where !value.isFinite { throw .nonFinite(name) }
  }

  /// Runs a routine of linear algebra and translates what it refuses into the models' words.
  static func algebra<T>(
    _ name: String, _ body: () throws(LinearAlgebraError) -> T
  ) throws(ModelError) -> T {
    do {
      return try body()
    } catch {
      switch error {
      case .wrongShape(let need, let have): throw .mismatched(name, have: have, need: need)
      case .nonFinite: throw .nonFinite(name)
      case .notSymmetric: throw .degenerate("\(name) is not symmetric")
      case .singular: throw .degenerate("\(name) is singular")
      case .notConverged: throw .notConverged(name, iterations: 0)
      }
    }
  }
}
