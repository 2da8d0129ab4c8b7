import Foundation

/// A Swift file of the package, with what the rules look at.
struct SourceFile: Sendable {
  /// The target's folder under `Sources`.
  let target: String
  /// From the package's root.
  let path: String
  let text: String
  /// The text without what comments and strings say, at the same places: rules about code must not trip over
  /// words.
  let code: String
  let lines: [Substring]
  let codeLines: [Substring]

  init(target: String, path: String, text: String) {
    self.target = target
    self.path = path
    self.text = text
    code = CodeMask.code(in: text)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    codeLines = code.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// A file that exists only to try a rule on.
  init(target: String, _ text: String, named name: String = "Snippet.swift") {
    self.init(target: target, path: "Sources/\(target)/\(name)", text: text)
  }

  /// The file's name without folder and ending.
  var name: String {
    let file = path.split(separator: "/").last ?? ""
    return String(file.hasSuffix(".swift") ? file.dropLast(6) : file)
  }

  /// The code that is compiled while a condition does not hold. Only plain `#if` of it are understood, without
  /// others inside.
  func code(without condition: String) -> String {
    var isLeftOut = false
    return codeLines.filter { line in
      let word = line.drop { $0 == " " }
      guard word.hasPrefix("#") else { return !isLeftOut }
      isLeftOut = word == "#if \(condition)"
      return false
    }.joined(separator: "\n")
  }

  /// Places in the code where a regular expression matches, with the line's number from 1 and the text
  /// matched.
  func matches(of pattern: String) -> [(line: Int, text: String)] {
    Pattern(pattern).matches(in: code).map { match in
      (
        line: 1 + code[..<match.range.lowerBound].utf8.count { $0 == UInt8(ascii: "\n") },
        text: match.groups[0]
      )
    }
  }
}

/// A regular expression with its matches as texts.
struct Pattern {
  private let expression: NSRegularExpression

  init(_ pattern: String) {
    do {
      expression = try NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
    } catch {
      preconditionFailure("\(pattern): \(error)")
    }
  }

  func matches(in text: String) -> [(range: Range<String.Index>, groups: [String])] {
    expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
      guard let range = Range(match.range, in: text) else { return nil }
      let groups = (0..<match.numberOfRanges).map { group in
        Range(match.range(at: group), in: text).map { String(text[$0]) } ?? ""
      }
      return (range, groups)
    }
  }

  func isFound(in text: some StringProtocol) -> Bool { !matches(in: String(text)).isEmpty }
}
