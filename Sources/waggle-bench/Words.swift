/// The words of the command line: a verb and options with values.
struct Words {
  let verb: String
  private var options: [(name: String, value: String)] = []

  static let usage = """
    usage: waggle-bench codec   [--rounds N] [--operations N]
           waggle-bench turns   TOPOLOGY [--rounds N] [--seconds N]
           waggle-bench journal FOLDER [--rounds N] [--turns N] [--power-turns N]
           waggle-bench orders  [--rounds N] [--operations N] [--open N] [--levels N] [--instruments N]
           waggle-bench risk    [--rounds N] [--operations N] [--instruments N]
           waggle-bench journal-formats FOLDER [--rounds N] [--turns N] [--power-turns N]
           waggle-bench frames  [--levels N]
           waggle-bench fanout  TOPOLOGY [--rounds N] [--seconds N]
           waggle-bench journal-histories [--count N] [--seed N]

    Measures parts of Waggle on this machine and prints JSON. scripts/bench.sh runs all but `orders`, `risk`
    and `fanout`, and the whole colony beside a bare libzmq relay chain.

    """

  let place: String?

  /// Nil for words that make no command.
  init?(_ words: [String]) {
    guard let verb = words.first else { return nil }
    self.verb = verb
    var rest = words.dropFirst()
    if let first = rest.first, !first.hasPrefix("--") {
      place = first
      rest = rest.dropFirst()
    } else {
      place = nil
    }
    while let name = rest.popFirst() {
      guard name.hasPrefix("--"), let value = rest.popFirst() else { return nil }
      options.append((String(name.dropFirst(2)), value))
    }
  }

  /// A whole number above 0; the default if it is not given, nil if it is something else.
  func count(_ name: String, or usual: Int) -> Int? {
    guard let option = options.last(where: { $0.name == name }) else { return usual }
    guard let value = Int(option.value), value > 0 else { return nil }
    return value
  }

  /// Whether only these options are given.
  func hasOnly(_ names: String...) -> Bool { options.allSatisfy { names.contains($0.name) } }
}
