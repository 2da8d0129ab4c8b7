import JSON5

// Names travel in topics, file names and command lines, so they are kept plain.

extension ProblemCollector {
  /// The longest name of a colony, host, account, component or strategy.
  static let maxNameBytes = 32

  /// Reports a name that is not 1 to 32 of `a-z 0-9 -`, beginning with a letter.
  func checkName(_ name: String, at place: SourcePlace, _ path: String) {
    let isPlain = name.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
    }
    let beginsWithLetter = name.utf8.first.map { $0 >= UInt8(ascii: "a") } ?? false
    guard isPlain, beginsWithLetter, name.utf8.count <= Self.maxNameBytes else {
      report(
        .badName, at: place, path, "'\(name)' cannot be a name",
        hint: "1 to \(Self.maxNameBytes) of a-z, 0-9 and '-', beginning with a letter")
      return
    }
  }

  func checkName(_ name: Located<String>?) {
    if let name { checkName(name.value, at: name.place, name.path) }
  }
}
