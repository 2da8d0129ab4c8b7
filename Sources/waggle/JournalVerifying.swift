import Console
import JournalStore
import Records
import Platform
import Reports

/// `waggle journal verify`: one line per check, and what to do about what is wrong.
enum JournalVerifying {
  private static let columns = Columns(9, 8)

  static func run(_ target: JournalTarget) throws(CommandFailure) -> Int32 {
    Output.write(target.source.heading + "\n")
    switch target.source.way {
    case .closed(let journal):
      let audit = JournalAudit(
        journal, target.source.facts, replay: target.replay,
        whyNot: "not compared: that takes the topology of the run; let the file lie in its run's folder, or "
          + "name the component and --run DIR")
      for check in audit.checks { Output.write(line(check.outcome.rawValue, check.name, check.text)) }
      if audit.isSound { return 0 }
      Output.error("waggle: the journal of \(target.source.name) is damaged, or not of this build")
      return ExitCode.configuration.rawValue
    case .live: return try runLive(target.source)
    }
  }

  /// Of a journal that its owner holds only the order of the rows and their facts can be looked at.
  private static func runLive(_ source: JournalSource) throws(CommandFailure) -> Int32 {
    var (readCount, lost) = (0, 0)
    var first: String?
    try source.forEachLine { line in
      switch line.fact.reading {
      case .known: readCount += 1
      case .unknown, .unreadable:
        lost += 1
        if first == nil { first = "row \(line.row.sequence), kind \(line.row.kind)" }
      }
      return true
    }
    Output.write(line("sound", "order", "rows 1 to \(readCount + lost) came without a hole"))
    if let first {
      Output.write(
        line("damaged", "facts", "\(lost) rows cannot be read by this build, the first is \(first)"))
    } else {
      Output.write(line("sound", "facts", "\(readCount) facts can be read"))
    }
    Output.write(
      line(
        "skipped", "bytes",
        "chain, seals and snapshots are in the file, which its owner holds: verify again when it has ended"))
    return lost == 0 ? 0 : 78
  }

  private static func line(_ outcome: String, _ name: String, _ text: String) -> String {
    columns.line([outcome, name, text]) + "\n"
  }
}

extension JournalSource {
  /// Whose journal it is, and how it is read.
  var heading: String {
    switch way {
    case .closed(let journal):
      "journal \(journal.path): \(journal.identity), incarnation \(journal.epoch), "
        + "durability \(journal.durability), \(journal.lastRow) rows"
    case .live(let endpoint, let why): "journal of \(name), told by its owner at \(endpoint): \(why)"
    }
  }
}
