import Arguments
import Colony
import Console
import JSON5
import JournalStore
import Platform
import Records
import Reports
import Topology

/// `waggle journal verify|show|export|convert`: what stands in a component's journal, whether it is whole,
/// and how it goes on in the present format.
enum JournalCommand {
  enum Action: String, CaseIterable {
    case verify, show, export, convert
  }

  enum Format: String, CaseIterable {
    case jsonl, csv
  }

  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let action: Action = try choice(
      arguments.operands[0], "journal's first word", Action.allCases.map(\.rawValue))
    let format: Format = try choice(
      arguments.text("--format") ?? Format.jsonl.rawValue, "--format", Format.allCases.map(\.rawValue))
    try check(arguments, action)
    let rows = try Rows(arguments)
    func source() throws(CommandFailure) -> JournalSource { try JournalTarget.find(arguments).source }
    switch action {
    case .verify: return try JournalVerifying.run(try JournalTarget.find(arguments))
    case .show: return try show(try source(), rows)
    case .convert: return try JournalConverting.run(arguments.operands[1])
    case .export: return try export(try source(), rows, format, to: arguments.text("--output"))
    }
  }

  /// Which rows are asked for.
  struct Rows {
    let after: Int64
    let limit: Int

    init(_ arguments: Arguments) throws(CommandFailure) {
      do throws(UsageError) {
        after = try arguments.integer("--after", in: 0...Int64.max) ?? 0
        limit = try arguments.integer("--limit", in: 1...Int.max) ?? .max
      } catch {
        throw CommandFailure(error)
      }
    }
  }

  private static func choice<Choice: RawRepresentable>(
    _ word: String, _ what: String, _ known: [String]
  ) throws(CommandFailure) -> Choice where Choice.RawValue == String {
    if let choice = Choice(rawValue: word) { return choice }
    throw CommandFailure(
      UsageError("\(what) is '\(word)'", hint: "one of \(known.joined(separator: ", "))"))
  }

  /// An option that would do nothing is a misunderstanding.
  private static func check(_ arguments: Arguments, _ action: Action) throws(CommandFailure) {
    let idle =
      switch action {
      case .verify: ["--after", "--limit", "--format", "--output"]
      case .show: ["--format", "--output"]
      case .convert: ["--after", "--limit", "--format", "--output", "--run", "--topology"]
      case .export: [String]()
      }
    for option in idle where arguments.has(option) {
      throw CommandFailure(UsageError("waggle journal \(action.rawValue) does not take \(option)"))
    }
  }
}

// Showing and exporting.
extension JournalCommand {
  private static func show(_ source: JournalSource, _ rows: Rows) throws(CommandFailure) -> Int32 {
    var output = try LineOutput(nil)
    var gaps = Gaps()
    let header = "\(source.heading)\n    row  time (UTC)                      run   fact\n"
    if try output.write(header.utf8) {
      try source.forEachLine(after: rows.after, limit: rows.limit) { (line) throws(CommandFailure) in
        gaps.take(line)
        return try output.write((line.text + "\n").utf8)
      }
    }
    try output.finish()
    return gaps.report(of: source, "shown")
  }

  private static func export(
    _ source: JournalSource, _ rows: Rows, _ format: Format, to path: String?
  ) throws(CommandFailure) -> Int32 {
    var output = try LineOutput(path)
    var gaps = Gaps()
    var json = JSONWriter()
    if format == .csv { _ = try output.write(JournalLine.csvHeader(source.facts).utf8) }
    do throws(CommandFailure) {
      try source.forEachLine(after: rows.after, limit: rows.limit) { (line) throws(CommandFailure) in
        gaps.take(line)
        switch format {
        case .csv: return try output.write(line.csv(source.facts).utf8)
        case .jsonl:
          json.removeAll()
          line.write(into: &json)
          _ = try output.write(json.bytes)
          return try output.write(CollectionOfOne(UInt8(ascii: "\n")))
        }
      }
    } catch {
      // What came before a damaged row is whole and is wanted all the same.
      try output.finish()
      throw error
    }
    try output.finish()
    return gaps.report(of: source, "exported")
  }

  /// Rows that are not understood.
  private struct Gaps {
    private var unknown = 0
    private var unreadable = 0
    private var firstUnknown: Int64 = 0
    private var firstUnreadable: Int64 = 0

    mutating func take(_ line: JournalLine) {
      switch line.fact.reading {
      case .known: return
      case .unknown:
        if unknown == 0 { firstUnknown = line.row.sequence }
        unknown += 1
      case .unreadable:
        if unreadable == 0 { firstUnreadable = line.row.sequence }
        unreadable += 1
      }
    }

    /// Says what was not understood; the exit code.
    func report(of source: JournalSource, _ done: String) -> Int32 {
      if unknown > 0 {
        let rows = unknown == 1 ? "is of a kind" : "and \(unknown - 1) more are of kinds"
        Output.error(
          "waggle: journal of \(source.name): row \(firstUnknown) \(rows) that this build does not know, "
            + "\(done) as 'unknown': use the build that wrote them")
      }
      guard unreadable > 0 else { return 0 }
      let rows = unreadable == 1 ? "cannot be read" : "and \(unreadable - 1) more cannot be read"
      Output.error(
        "waggle: journal of \(source.name): row \(firstUnreadable) \(rows), \(done) as 'unreadable' with the "
          + "reason: use the build that wrote them")
      return ExitCode.configuration.rawValue
    }
  }
}
