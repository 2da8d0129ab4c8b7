import Topology

/// A command line, taken apart by a `Syntax`.
///
/// ```swift
/// let syntax = Syntax("run", operands: [.required("TOPOLOGY")], options: [
///   .value("--for", "SECONDS", "trade for so long"), .list("--data", "FILE", "replay these files"),
///   .flag("--json", "print JSON"),
/// ])
/// let arguments = try syntax.parse(["paper.json5", "--for", "30", "--json"])
/// ```
/// `--name value` and `--name=value` are the same; `--` ends the options; a list takes every word up to the
/// next option, and may stand several times.
public struct Arguments: Sendable, Equatable {
  /// Words that belong to no option, in order.
  public fileprivate(set) var operands: [String] = []
  fileprivate var given: [(option: String, values: [String])] = []

  public static func == (left: Arguments, right: Arguments) -> Bool {
    left.operands == right.operands
      && left.given.elementsEqual(right.given) { $0.option == $1.option && $0.values == $1.values }
  }

  /// Whether an option stands on the command line.
  public func has(_ option: String) -> Bool { given.contains { $0.option == option } }

  /// All values of a list, in order.
  public func list(_ option: String) -> [String] { given.filter { $0.option == option }.flatMap(\.values) }

  /// The value of an option, nil when it is not given.
  public func text(_ option: String) -> String? { given.first { $0.option == option }?.values.first }

  /// A whole number.
  public func integer<Number: FixedWidthInteger>(
    _ option: String, in range: ClosedRange<Number>
  ) throws(UsageError) -> Number? {
    guard let text = text(option) else { return nil }
    guard let value = Number(text), range.contains(value) else {
      throw UsageError("\(option) is '\(text)', but must be a whole number within \(range.shown)")
    }
    return value
  }

  /// A decimal number.
  public func number(_ option: String, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
    guard let text = text(option) else { return nil }
    guard let value = Double(text), range.contains(value) else {
      throw UsageError("\(option) is '\(text)', but must be a number within \(range.shown)")
    }
    return value
  }
}

/// What is wrong with a command line, and what to write instead. Exit code 64.
public struct UsageError: Error, Sendable, Equatable, CustomStringConvertible {
  public static let exitCode: Int32 = 64

  public let message: String
  public let hint: String

  public init(_ message: String, hint: String = "") {
    self.message = message
    self.hint = hint
  }

  public var description: String { hint.isEmpty ? message : "\(message) (\(hint))" }
}

/// What a command takes.
public struct Syntax: Sendable {
  public struct Operand: Sendable {
    public let name: String
    public let isRequired: Bool

    public static func required(_ name: String) -> Operand { Operand(name: name, isRequired: true) }
    public static func optional(_ name: String) -> Operand { Operand(name: name, isRequired: false) }
  }

  public struct Option: Sendable {
    public enum Kind: Sendable { case flag, value, list }
    public let name: String
    public let kind: Kind
    /// What stands for the value in the help: `SECONDS`.
    public let placeholder: String
    public let help: String

    /// Present or not.
    public static func flag(_ name: String, _ help: String) -> Option {
      Option(name: name, kind: .flag, placeholder: "", help: help)
    }
    /// With one value, once.
    public static func value(_ name: String, _ placeholder: String, _ help: String) -> Option {
      Option(name: name, kind: .value, placeholder: placeholder, help: help)
    }
    /// With one value or more, any number of times.
    public static func list(_ name: String, _ placeholder: String, _ help: String) -> Option {
      Option(name: name, kind: .list, placeholder: placeholder, help: help)
    }
  }

  public let name: String
  public let operands: [Operand]
  public let options: [Option]

  public init(_ name: String, operands: [Operand] = [], options: [Option] = []) {
    self.name = name
    self.operands = operands
    self.options = options
  }

  /// Takes the words behind the command's name apart.
  public func parse(_ words: [String]) throws(UsageError) -> Arguments {
    var arguments = Arguments()
    var rest = words[...]
    var areOptionsOver = false
    while let word = rest.popFirst() {
      if areOptionsOver || !word.hasPrefix("-") || word == "-" {
        try addOperand(word, to: &arguments)
      } else if word == "--" {
        areOptionsOver = true
      } else {
        try addOption(word, &rest, to: &arguments)
      }
    }
    for operand in operands.dropFirst(arguments.operands.count) where operand.isRequired {
      throw UsageError("\(operand.name) is missing", hint: usage)
    }
    return arguments
  }

  private func addOperand(_ word: String, to arguments: inout Arguments) throws(UsageError) {
    guard arguments.operands.count < operands.count else {
      throw UsageError("'\(word)' is one word too many", hint: usage)
    }
    arguments.operands.append(word)
  }

  private func addOption(
    _ word: String, _ rest: inout ArraySlice<String>, to arguments: inout Arguments
  ) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let option = options.first(where: { $0.name == parts[0] }) else {
      throw UsageError("the option '\(parts[0])' is unknown", hint: suggestion(for: parts[0]))
    }
    var values = Array(parts.dropFirst())
    switch option.kind {
    case .flag:
      guard values.isEmpty else { throw UsageError("\(option.name) takes no value") }
    case .value, .list:
      if values.isEmpty { values = Self.takeValues(option, &rest) }
      guard !values.isEmpty else {
        throw UsageError("\(option.name) needs a value: \(option.name) \(option.placeholder)")
      }
    }
    guard option.kind == .list || !arguments.has(option.name) else {
      throw UsageError("\(option.name) stands here twice")
    }
    arguments.given.append((option.name, values))
  }

  /// A negative number is a value, although it begins like an option.
  private static func takeValues(_ option: Option, _ rest: inout ArraySlice<String>) -> [String] {
    var values: [String] = []
    while let next = rest.first, !next.hasPrefix("-") || next == "-" || Double(next) != nil {
      values.append(next)
      rest.removeFirst()
      if option.kind == .value { break }
    }
    return values
  }

  private func suggestion(for word: String) -> String {
    if let nearest = nearestName(to: word, among: options.map(\.name)) { return "did you mean \(nearest)?" }
    return options.isEmpty
      ? "\(name) has no options" : "one of \(options.map(\.name).joined(separator: ", "))"
  }
}

// MARK: - Help

extension Syntax {
  /// One line: `usage: waggle run TOPOLOGY [--for SECONDS] …`.
  public var usage: String {
    let words = operands.map { $0.isRequired ? $0.name : "[\($0.name)]" } + options.map(Self.short)
    return "usage: " + ([name] + words).joined(separator: " ")
  }

  /// The options, one a line, aligned.
  public var optionHelp: String {
    let left = options.map(Self.left)
    let width = left.map(\.count).max() ?? 0
    return zip(left, options).map { left, option in
      "  \(left)\(String(repeating: " ", count: width - left.count + 2))\(option.help)"
    }.joined(separator: "\n")
  }

  private static func left(_ option: Option) -> String {
    switch option.kind {
    case .flag: option.name
    case .value: "\(option.name) \(option.placeholder)"
    case .list: "\(option.name) \(option.placeholder)…"
    }
  }

  private static func short(_ option: Option) -> String { "[\(left(option))]" }
}

extension ClosedRange {
  fileprivate var shown: String { "\(lowerBound)…\(upperBound)" }
}
