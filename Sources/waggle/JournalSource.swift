import Arguments
import Colony
import Console
import JournalStore
import Records
import ProcessHost
import Reports
import Topology
import ZeroMQ

/// A component's journal, to be read: the file when no process holds it, else the word of its owner.
struct JournalSource {
  enum Way {
    case closed(StoreReader)
    /// The owner's control port, and why the file cannot be read.
    case live(endpoint: String, why: String)
  }

  /// The component's name.
  let name: String
  let facts: FactReader
  let way: Way
}

// Finding it.
extension JournalSource {
  /// The journal of a component of a colony.
  static func open(_ component: Component, in place: ColonyPlace) throws(CommandFailure) -> JournalSource {
    JournalSource(
      name: component.name, facts: FactReader(component.kind), way: try way(to: component, place))
  }

  private static func way(to component: Component, _ place: ColonyPlace) throws(CommandFailure) -> Way {
    let endpoint = place.controlEndpoint(of: component)
    guard let path = place.journalPath(of: component) else {
      return .live(endpoint: endpoint, why: "--topology names no run, hence no file")
    }
    guard component.host == place.host else {
      return .live(endpoint: endpoint, why: "\(component.name) runs on host '\(component.host)'")
    }
    let journal: StoreReader
    do throws(JournalError) {
      journal = try StoreReader.open(path: path)
    } catch {
      guard case .heldByAnother(_, let process) = error else { throw CommandFailure(error) }
      return .live(endpoint: endpoint, why: "\(process.map { "process \($0)" } ?? "a process") holds \(path)")
    }
    let found = journal.identity
    guard found.colony == place.topology.colony, found.component == component.name,
      found.kind == component.kind.rawValue
    else {
      throw CommandFailure(
        78,
        "journal \(path): belongs to \(found), this is \(component.name) of colony \(place.topology.colony); "
          + "check which file lies in the run's folder")
    }
    return .closed(journal)
  }

  /// A journal that lies anywhere, of whichever component wrote it.
  static func open(path: String) throws(CommandFailure) -> JournalSource {
    let journal: StoreReader
    do throws(JournalError) {
      journal = try StoreReader.open(path: path)
    } catch {
      guard case .heldByAnother = error else { throw CommandFailure(error) }
      throw CommandFailure(
        75,
        "\(error); or ask its owner by naming component and run: waggle journal … COMPONENT --run DIR")
    }
    guard let kind = Component.Kind(rawValue: journal.identity.kind) else {
      throw CommandFailure(
        78,
        "journal \(path): belongs to \(journal.identity), a kind of component that this build does not "
          + "know; use the build that wrote it")
    }
    return JournalSource(name: journal.identity.component, facts: FactReader(kind), way: .closed(journal))
  }
}

// Reading it.
extension JournalSource {
  /// Hands over the rows after `after`, at most `limit`, in order, with their facts; of a live journal those
  /// that were there at the beginning. `body` answers whether to go on.
  func forEachLine(
    after: Int64 = 0, limit: Int = .max, _ body: (JournalLine) throws(CommandFailure) -> Bool
  ) throws(CommandFailure) {
    var failure: CommandFailure?
    var wantsMore = true
    func take(_ row: JournalRow, _ bytes: [UInt8]) {
      let line = JournalLine(
        component: name, kind: facts.kind.rawValue, row: row, fact: facts.record(kind: row.kind, body: bytes))
      do throws(CommandFailure) { wantsMore = try body(line) } catch {
        failure = error
        wantsMore = false
      }
    }
    switch way {
    case .closed(let journal):
      do throws(JournalError) {
        // A page at a time, because a reading once begun goes to its end.
        var position = after
        while wantsMore, position < journal.lastRow, position - after < limit {
          let count = min(Self.pageRows, limit - Int(position - after))
          position = try journal.forEachRow(after: position, limit: count) { row, body in
            if wantsMore { take(row, body.copiedBytes()) }
          }
        }
      } catch {
        throw CommandFailure(error)
      }
    case .live(let endpoint, let why):
      do throws(ReplayError) {
        try ReplayClient(endpoint).forEachRow(after: after, limit: limit) { row, bytes in
          take(row, bytes)
          return wantsMore
        }
      } catch {
        if case .connection = error { throw CommandFailure(.environment, "\(error)") }
        if case .unreadable = error {
          throw CommandFailure(.configuration, "journal of \(name): \(why), and \(error)")
        }
        throw CommandFailure(.held, "journal of \(name): \(why), and \(error)")
      }
    }
    if let failure { throw failure }
  }

  private static let pageRows = 4096
}

extension CommandFailure {
  /// 75 held by another, 78 what cannot be mended, 64 a name that does not exist, 74 the environment failed.
  init(_ error: JournalError) {
    let code: Int32 =
      if case .missing = error { UsageError.exitCode } else { HostError.journal(error).exitCode }
    self.init(code, "\(error)")
  }
}
