/// What every file of the package keeps.
enum HouseRules {
  static let all = [
    swallowedErrors, fatalErrors, leftovers, unsafeFlags, longLines, longFunctions, fileNames, unsafeCode,
    foundation,
  ]

  static let maxColumns = 110
  static let maxFunctionLines = 70

  static let swallowedErrors = Rule.ban("a swallowed error", #"\btry\?"#)
  static let fatalErrors = Rule.ban(
    "a fatalError, where a precondition would name the state", #"\bfatalError\("#)
  static let unsafeFlags = Rule.ban("unsafe flags", #"\bunsafeFlags\b"#)

  /// In comments too.
  static let leftovers = Rule("something left undone") { file in
    let pattern = Pattern(#"\b(?:TODO|FIXME|XXX)\b"#)
    return file.lines.enumerated().filter { pattern.isFound(in: $0.element) }.map {
      ($0.offset + 1, "something left undone: \($0.element.drop { $0 == " " })")
    }
  }

  static let longLines = Rule("a line longer than \(maxColumns) columns") { file in
    file.lines.enumerated().filter { $0.element.count > maxColumns }.map {
      ($0.offset + 1, "\($0.element.count) columns; at most \(maxColumns)")
    }
  }

  static let longFunctions = Rule("a function longer than \(maxFunctionLines) lines") { file in
    FunctionBody.all(in: file).filter { $0.lineCount > maxFunctionLines }.map {
      ($0.line, "\($0.name) has \($0.lineCount) lines; at most \(maxFunctionLines)")
    }
  }

  static let fileNames = Rule("a file not named after its main type") { file in
    let types = TopLevelType.all(in: file)
    guard file.name != "main", !groups.contains(file.path), !TopLevelType.names(types, file),
      let first = types.first(where: \.isDeclared)
    else { return [] }
    return [(first.line, "none of its types has the file's name; the first is \(first.name)")]
  }

  /// Files of several small types of one matter, named after the matter.
  static let groups: Set<String> = [
    "Sources/Journal/Files.swift", "Sources/Journal/OpenFiles.swift",
    "Sources/Platform/StandardStreams.swift",
    "Sources/LinearAlgebra/Lapack.swift", "Sources/Topology/Instrument+Reading.swift",
    "Sources/ZeroMQ/Outcomes.swift",
  ]

  static let unsafeCode = Rule.ban(
    "unsafe code outside the plumbing and Wire",
    #"\bunsafe\b|"#
      + #"\bwithUnsafe\w*|"#
      + #"\bUnsafe(?:Mutable)?(?:Raw)?(?:Buffer)?Pointer\b|"#
      + #"\bunsafe(?:BitCast|Downcast)\b|"#
      + #"\bUnmanaged\b|"#
      + #"\b_unsafe\w*"#,
    binds: { !Layer.mayBeUnsafe($0) && !Layer.tools.contains($0) })

  static let foundation = Rule.ban(
    "Foundation in a program", #"^\s*import Foundation\w*"#, binds: { !Layer.tools.contains($0) })
}
