/// Why a journal or an account's fence cannot be used. Every description says what is wrong, where, and what
/// to do.
public enum JournalError: Error, Equatable, Sendable {
  /// Another process (or another part of this one) holds the lock; `processID` is nil when it cannot be told.
  case heldByAnother(path: String, processID: Int32?)
  /// There is no file to read.
  case missing(path: String)
  /// The file is not a Waggle journal at all: a text file, another application's database.
  case notAJournal(path: String, what: String)
  /// A journal of another colony or component.
  case foreign(path: String, found: JournalIdentity, expected: JournalIdentity)
  /// A journal of the same component in another mode or for another account.
  case otherBinding(path: String, found: JournalIdentity, expected: JournalIdentity)
  /// Written by an older build, in a format that this one does not go on with.
  case older(path: String, what: String, found: Int, supported: Int)
  /// Written by a newer build; `what` names which version number is ahead.
  case newer(path: String, what: String, found: Int, supported: Int)
  /// Bytes changed, vanished or swapped places. `atSequence` is the first row that cannot be trusted, when
  /// known.
  case corrupt(path: String, atSequence: Int64?, what: String)
  /// The file or its folder cannot be created or written.
  case unwritable(path: String, what: String)
  /// The storage failed under a read or write. What was being committed may or may not be on disk: the
  /// process must stop and recover; the operation is never retried.
  case storage(path: String, operation: String, code: Int32, what: String)
}

extension JournalError {
  /// The storage had no room: more of it mends this, and nothing that was stored before is in doubt.
  public var isDiskFull: Bool {
    // Whatever its extension.
    if case .storage(_, _, let code, _) = self { code & 0xff == Self.sqliteFull } else { false }
  }

  /// SQLITE_FULL.
  private static let sqliteFull: Int32 = 13

  /// There was no room for something beside the journal without which it is not gone on with.
  package static func diskFull(path: String, what: String) -> JournalError {
    .storage(path: path, operation: "opening", code: sqliteFull, what: what)
  }
}

extension JournalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .heldByAnother(let path, let processID):
      let holder = processID.map { "process \($0)" } ?? "another process"
      return "journal \(path): held by \(holder); wait until it has ended or stop it, then start again"
    case .missing(let path):
      return "journal \(path): there is no such file; check the run folder and the component's name"
    case .notAJournal(let path, let what):
      return "journal \(path): not a Waggle journal (\(what)); check the path, or move the file away"
    case .foreign(let path, let found, let expected):
      return "journal \(path): belongs to \(found), this is \(expected); check the run folder and topology"
    case .otherBinding(let path, let found, let expected):
      return "journal \(path): bound to \(found.binding); this session is \(expected.binding). Orders and "
        + "positions of one are not those of the other: begin a new run (waggle run without --resume, for a "
        + "live account with --new-run), or set the topology back"
    case .older(let path, let what, let found, let supported):
      return "journal \(path): its \(what) is \(found), this build goes on only with \(supported). `waggle "
        + "journal convert FILE` brings a format up to date; of an older schema flatten and end the session "
        + "with the build that wrote it, then begin a new run"
    case .newer(let path, let what, let found, let supported):
      return
        "journal \(path): its \(what) is \(found), this build knows up to \(supported); run the newer build"
    case .corrupt(let path, let sequence, let what):
      let place = sequence.map { " at row \($0)" } ?? ""
      return "journal \(path): damaged\(place) (\(what)); keep the files for inspection, restore a copy or "
        + "start a new run after reconciling with the venue"
    case .unwritable(let path, let what):
      return "journal \(path): cannot be written (\(what)); check that the folder exists and who may write it"
    case .storage(let path, let operation, let code, let what):
      return "journal \(path): \(operation) failed (SQLite \(code): \(what)); free or repair the disk, then "
        + "restart: the last turn is not known to be stored"
    }
  }
}
