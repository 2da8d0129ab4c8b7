import JSON5
import Trading

// Accessors for single values. Each takes the default in the same notation as the file, so that the
// documented
// default and the code's cannot differ in kind; without a default the key is required.

extension Section {
  func string(_ key: String, default fallback: String? = nil) -> Located<String>? {
    guard let node = fallback == nil ? required(key) : node(key) else {
      return fallback.map { located($0, key) }
    }
    guard let text = node.string else {
      reportType(node, path(to: key), "a string", hint: "put it in quotes")
      return nil
    }
    return located(text, key)
  }

  func bool(_ key: String, default fallback: Bool) -> Bool {
    guard let node = node(key) else { return fallback }
    guard let flag = node.bool else {
      reportType(node, path(to: key), "true or false")
      return fallback
    }
    return flag
  }

  /// One of a fixed set of words.
  func choice<Word: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Word? = nil
  ) -> Located<Word>? where Word.RawValue == String {
    if fallback != nil, !has(key) { return fallback.map { located($0, key) } }
    guard let text = string(key) else { return nil }
    if let word = Word(rawValue: text.value) { return located(word, key) }
    let words = Word.allCases.map(\.rawValue)
    report(.outOfRange, key: key, "is '\(text.value)'", hint: suggestion(for: text.value, among: words))
    return nil
  }

  /// A whole number.
  func integer<Number: FixedWidthInteger>(
    _ key: String, in range: ClosedRange<Number>, default fallback: Number? = nil
  ) -> Located<Number>? {
    guard let node = fallback == nil ? required(key) : node(key) else {
      return fallback.map { located($0, key) }
    }
    guard let number = node.number else {
      reportType(node, path(to: key), "a whole number")
      return nil
    }
    guard let plain = number.plainDecimal, let value = Number(plain), range.contains(value) else {
      report(
        .outOfRange, key: key, "is \(number), but must be a whole number within \(shown(range))")
      return nil
    }
    return located(value, key)
  }

  /// A number for a model; never a price, quantity or amount.
  func number(
    _ key: String, in range: ClosedRange<Double>, default fallback: Double? = nil
  ) -> Located<Double>? {
    guard let node = fallback == nil ? required(key) : node(key) else {
      return fallback.map { located($0, key) }
    }
    guard let number = node.number else {
      reportType(node, path(to: key), "a number")
      return nil
    }
    guard let value = number.double, range.contains(value) else {
      report(.outOfRange, key: key, "is \(number), but must be within \(shown(range))")
      return nil
    }
    return located(value, key)
  }

  /// An exact decimal, written as a string or a number.
  func decimal<Value: FixedPoint>(
    _ key: String, as type: Value.Type = Value.self, default fallback: Value? = nil
  ) -> Located<Value>? {
    guard let node = fallback == nil ? required(key) : node(key) else {
      return fallback.map { located($0, key) }
    }
    return exactDecimal(node, path(to: key)).map { located($0, key) }
  }

  /// Reads a node as an exact decimal of the wanted type.
  func exactDecimal<Value: FixedPoint>(_ node: SyntaxNode, _ path: String) -> Value? {
    let written: String
    switch node.value {
    case .string(let text): written = text
    case .number(let number): written = number.text
    default:
      reportType(node, path, "a decimal number", hint: "for example \"0.01\"")
      return nil
    }
    // A string must be a plain number too: "5 USDT" and "1,000" are mistakes, not amounts.
    guard let plain = NumberText(written)?.plainDecimal else {
      problems.report(
        .wrongType, at: node.place, path, "'\(written)' is not a decimal number", hint: "for example \"0.01\""
      )
      return nil
    }
    do throws(DecimalError) {
      return try Value.parse(plain)
    } catch {
      problems.report(.outOfRange, at: node.place, path, "is \(written): \(error)")
      return nil
    }
  }

  /// A length of time given in `unit`, as nanoseconds, exactly. The range is in the same unit.
  func nanos(
    _ key: String, _ unit: TimeUnit, in range: ClosedRange<Int64>, default fallback: Int64? = nil
  ) -> Located<Int64>? {
    guard let node = fallback == nil ? required(key) : node(key) else {
      return fallback.map { located($0 * unit.nanos, key) }
    }
    guard let number = node.number else {
      reportType(node, path(to: key), "a number of \(unit.rawValue)")
      return nil
    }
    let bounds = range.lowerBound * unit.nanos...range.upperBound * unit.nanos
    guard let value = unit.nanos(of: number), bounds.contains(value) else {
      report(
        .outOfRange, key: key, "is \(number), but must be within \(shown(range)) \(unit.rawValue)")
      return nil
    }
    return located(value, key)
  }

  /// The shortest and the longest of a length of time, `[shortest, longest]` in `unit`, as nanoseconds.
  func nanosRange(
    _ key: String, _ unit: TimeUnit, in range: ClosedRange<Int64>, default fallback: ClosedRange<Int64>
  ) -> ClosedRange<Int64>? {
    guard let node = node(key) else {
      return fallback.lowerBound * unit.nanos...fallback.upperBound * unit.nanos
    }
    guard let elements = node.elements, elements.count == 2 else {
      reportType(
        node, path(to: key), "a list of two numbers of \(unit.rawValue)", hint: "write [shortest, longest]")
      return nil
    }
    let bounds = range.lowerBound * unit.nanos...range.upperBound * unit.nanos
    let ends = elements.compactMap { $0.number.flatMap(unit.nanos(of:)) }
    guard ends.count == 2, ends.allSatisfy(bounds.contains), ends[0] <= ends[1] else {
      report(
        .outOfRange, key: key,
        "must be the shortest and the longest, both within \(shown(range)) \(unit.rawValue)")
      return nil
    }
    return ends[0]...ends[1]
  }

  private func shown<Bound>(_ range: ClosedRange<Bound>) -> String {
    "\(range.lowerBound)…\(range.upperBound)"
  }
}

/// The units in which the file gives lengths of time; the key's name says which.
enum TimeUnit: String {
  case seconds, milliseconds, microseconds

  var nanos: Int64 {
    switch self {
    case .seconds: 1_000_000_000
    case .milliseconds: 1_000_000
    case .microseconds: 1_000
    }
  }

  /// The exact number of nanoseconds; nil for parts of a nanosecond and for what does not fit.
  func nanos(of number: NumberText) -> Int64? {
    guard let plain = number.plainDecimal else { return nil }
    let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
    let places = String(nanos).utf8.count - 1
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    guard fraction.utf8.count <= places else { return nil }
    let zeros = String(repeating: "0", count: places - fraction.utf8.count)
    return Int64(String(parts[0]) + fraction + zeros)
  }
}
