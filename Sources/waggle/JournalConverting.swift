import Arguments
import Console
import JournalStore
import Platform
import Records

/// `waggle journal convert`: journals of the format before, a row a fact, written anew as turns.
enum JournalConverting {
  /// `place` is a journal's file, or a run's folder, whose journals are all converted.
  static func run(_ place: String) throws(CommandFailure) -> Int32 {
    for path in try paths(place) {
      let outcome: JournalConversion.Outcome?
      do throws(JournalError) { outcome = try JournalConversion.run(path: path) } catch {
        throw CommandFailure(error)
      }
      Output.write(line(path, outcome) + "\n")
    }
    return ExitCode.asAsked.rawValue
  }

  private static func paths(_ place: String) throws(CommandFailure) -> [String] {
    guard !place.hasSuffix(".journal") else { return [place] }
    let names: [String]
    do throws(FileError) { names = try FileSystem.list(place) } catch {
      throw CommandFailure(
        UsageError("'\(place)' is neither a journal nor a folder: \(error)", hint: "name FILE or RUNFOLDER"))
    }
    let journals = names.filter { $0.hasSuffix(".journal") }.sorted()
    guard !journals.isEmpty else {
      throw CommandFailure(UsageError("no journal lies in '\(place)'", hint: "name a run's folder"))
    }
    return journals.map { "\(place)/\($0)" }
  }

  private static func line(_ path: String, _ outcome: JournalConversion.Outcome?) -> String {
    guard let outcome else { return "\(path): has the new format already" }
    let cut =
      outcome.cutTurns == 0
      ? ""
      : "; \(outcome.cutTurns) turns at its end could not be read and are NOT carried: compare with the venue"
    return
      "\(path): \(outcome.rows) rows in \(outcome.turns) turns, \(outcome.snapshots) snapshots,"
      + " \(outcome.marks) marks, \(outcome.messages) messages, epoch \(outcome.epoch); the former one is"
      + " kept as \(outcome.asidePath)\(cut)"
  }
}
