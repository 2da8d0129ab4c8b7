import Arguments

/// `A..B`: seeds from one to another, both of them run.
package enum SeedRange {
  /// Throws what is wrong with it, and how it is written.
  package static func read(_ text: String) throws(UsageError) -> ClosedRange<UInt64> {
    func wrong(_ what: String) -> UsageError {
      UsageError("--seeds is '\(text)': \(what)", hint: "FIRST..LAST, as 1..100")
    }
    guard let dots = text.firstRange(of: "..") else { throw wrong("two dots are missing") }
    let (first, last) = (text[..<dots.lowerBound], text[dots.upperBound...])
    guard !last.hasPrefix(".") else { throw wrong("two dots are meant, not more") }
    guard !first.isEmpty else { throw wrong("the first seed is missing") }
    guard !last.isEmpty else { throw wrong("the last seed is missing, and a campaign has an end") }
    var ends: [UInt64] = []
    for end in [first, last] {
      guard end.first != "-" else { throw wrong("a seed is not negative") }
      guard end.allSatisfy({ $0.isASCII && $0.isNumber }) else { throw wrong("'\(end)' is no whole number") }
      guard let seed = Int64(end) else { throw wrong("'\(end)' is above \(Int64.max)") }
      ends.append(UInt64(seed))
    }
    guard ends[0] <= ends[1] else { throw wrong("it ends before it begins") }
    return ends[0]...ends[1]
  }
}
