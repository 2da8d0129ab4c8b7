import ActorKit
import HostKit
import JournalStore
import Records

/// One incarnation of a program: what is gone when it dies.
final class ProgramLife<Core: ActorCore> {
  var host: HostCore<Core>
  var journal: HostJournal<MemoryJournalStore>
  var inbox: Inbox
  /// What found no way out in the present turn.
  var refused = RefusedTransmissions()
  /// Rows that the host has asked for.
  var reading: [(JournalRow, [UInt8])]?
  /// Whether the journal's state of the host has still to follow the stored turn.
  var owesFollowing = false
  /// The next turn is its last.
  var isAskedToEnd = false
  /// Somebody has sent it SIGTERM.
  var isTerminated = false

  init(
    _ host: consuming HostCore<Core>, _ journal: consuming HostJournal<MemoryJournalStore>, linkCount: Int
  ) {
    self.host = host
    self.journal = journal
    inbox = Inbox(linkCount: linkCount)
  }
}

/// What has arrived at a program's sockets and was not taken yet, by the ways of its host.
struct Inbox {
  var links: [Mailbox<Letter>]
  var control = Mailbox<(caller: [UInt8], Letter)>()
  var other = Mailbox<Letter>()
  var market = Mailbox<Letter>()

  init(linkCount: Int) { links = Array(repeating: Mailbox(), count: linkCount) }

  var isEmpty: Bool {
    control.isEmpty && other.isEmpty && market.isEmpty && links.allSatisfy(\.isEmpty)
  }

  mutating func take(_ letter: Letter, over connection: SimulatedConnection, isServer: Bool) {
    switch connection.kind {
    case .call(let link):
      if isServer { control.add((connection.identity, letter)) } else { links[link].add(letter) }
    case .stream(let isMarket, _):
      if isMarket { market.add(letter) } else { other.add(letter) }
    }
  }
}
