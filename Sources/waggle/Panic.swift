import Colony
import Console
import Platform
import Topology
import ZeroMQ

/// The work of `waggle panic`: cancel, ask what is left, again, until nothing is or the time is over; beside
/// it halts to whoever still lives, which nobody waits for.
struct Panic {
  /// What a venue said of an account in the end.
  struct Outcome {
    let account: Account
    let venue: String
    let endpoint: String
    let stage: ControlClient.Stage
    /// The last count the venue gave; nil if it gave none.
    let left: Int?
    /// Who is there instead of a venue of this colony: it was sent no cancel.
    let stranger: String?
    /// Whether a cancel has left.
    let isCancelled: Bool

    /// Simulated venues speak our protocol; to a live one leads no adapter, and what stands in for it in the
    /// colony does not know what is open there.
    var isConfirmed: Bool { left == 0 && !account.isLive }

    var text: String {
      let place = "account \(account.name) at \(venue)"
      if account.isLive {
        return "\(place): NOT REACHED: the account is live, and this build has no adapter to live venues. "
          + "Cancel all open orders at the venue itself now: its web page, its app or its telephone desk"
      }
      if let stranger {
        return "\(place): NOT CANCELLED: at \(endpoint) is \(stranger), whose orders are not ours. Find the "
          + "colony's venue (`waggle status`), and cancel there by hand"
      }
      guard let left else {
        return stage == .connecting
          ? "\(place): NOT REACHED: nobody is at \(endpoint). Start waggle-venue or correct the endpoint, "
            + "and call again; else cancel at the venue by hand"
          : !isCancelled
            ? "\(place): NO ANSWER from \(endpoint): it does not say whose venue it is, so that no cancel "
              + "was sent. Call again, and cancel at the venue by hand"
            : "\(place): NO ANSWER from \(endpoint): the cancel was sent, what came of it is not known. Call "
              + "again, and look at the venue"
      }
      if left == 0 { return "\(place): 0 orders left" }
      return "\(place): \(left) ORDERS LEFT. Call again, or cancel by hand"
    }
  }

  private(set) var outcomes: [Outcome] = []
  /// What those said who were asked to latch a halt.
  private(set) var halts: [CommandSending.Answer] = []

  /// Between one answer of a venue and the next cancel.
  private static let roundNanos: Int64 = 100_000_000
  /// A halt goes out when every venue has its cancel, or after this.
  private static let headStartNanos: Int64 = 250_000_000
  /// Whoever took the connection for a halt may still place orders: cancels go on for so long for its answer.
  private static let haltNanos: Int64 = 1_000_000_000

  /// A halt's connection is taken or refused within this.
  private static let connectNanos: Int64 = 100_000_000

  private let place: ColonyPlace
  private var desks: [Desk] = []
  private var latches: [(component: Component, client: ControlClient)] = []
  private var latchedBootNanos: Int64?
  /// Counts answered to cancels from here on are the last word; before, whoever still trades may add to them.
  private var settledBootNanos = Int64.max

  /// An account, and the question that was last asked about it.
  private struct Desk {
    let account: Account
    let venue: Component
    let endpoint: String
    var client: ControlClient
    var askedBootNanos: Int64
    /// The last count the venue gave, and when the question was asked that it answers.
    var left: Int?
    var countedBootNanos = Int64.min
    /// When to cancel again.
    var nextBootNanos = Int64.min

    var isAnswered: Bool { countedBootNanos == askedBootNanos }

    /// Also when there is nobody to whom a cancel may be sent.
    func isDone(settledBootNanos: Int64) -> Bool {
      client.stranger != nil || (left == 0 && countedBootNanos >= settledBootNanos)
    }
  }

  /// Begins to connect; a cancel leaves as soon as somebody is there.
  init(_ accounts: [Account], _ place: ColonyPlace) throws(CommandFailure) {
    self.place = place
    for account in accounts {
      guard let venue = place.topology.component(named: account.venue) else {
        preconditionFailure("account \(account.name) without a venue passed the checks")
      }
      let now = Clock.bootNanos()
      let endpoint = place.controlEndpoint(of: venue)
      desks.append(
        Desk(
          account: account, venue: venue, endpoint: endpoint,
          client: try Self.cancel(account, endpoint, place, at: now), askedBootNanos: now))
    }
  }

  private static func cancel(
    _ account: Account, _ endpoint: String, _ place: ColonyPlace, at now: Int64
  ) throws(CommandFailure) -> ControlClient {
    do throws(ZeroMQError) {
      // A cancel names no colony: whose venue this is has to be asked first.
      let client = try ControlClient(
        .cancelAll(account: account.number), to: endpoint, onlyOf: place.colonyName.colony)
      client.advance(atBootNanos: now)
      return client
    } catch {
      throw CommandFailure(74, "account \(account.name): \(error)")
    }
  }
}

extension Panic {
  /// Goes on until every venue says that nothing is left, asked after the halts were settled, or until the
  /// deadline.
  mutating func run(
    _ halt: ControlRequest, to components: [Component], untilBootNanos deadline: Int64
  ) throws(CommandFailure) {
    let begun = Clock.bootNanos()
    var now = begun
    while true {
      latch(halt, components, begun: begun, at: now)
      try cancel(at: now)
      let settled = settledBootNanos
      if desks.allSatisfy({ $0.isDone(settledBootNanos: settled) }) || now >= deadline { break }
      wait(until: min(deadline, now + 10_000_000))
      now = Clock.bootNanos()
    }
    let settled = settledBootNanos
    outcomes = desks.map { desk in
      // Nothing left before the halts were settled is not the last word.
      let left = desk.left == 0 && !desk.isDone(settledBootNanos: settled) ? nil : desk.left
      return Outcome(
        account: desk.account, venue: desk.venue.name, endpoint: desk.endpoint, stage: desk.client.stage,
        left: left, stranger: desk.client.stranger,
        isCancelled: desk.client.isPut)
    }
    halts = latches.map {
      CommandSending.Answer(component: $0.component, stage: $0.client.stage, result: $0.client.result)
    }
  }

  /// Sends the halts once the cancels have gone, and finds out when they are settled: answered, or given up.
  private mutating func latch(
    _ halt: ControlRequest, _ components: [Component], begun: Int64, at now: Int64
  ) {
    guard let latched = latchedBootNanos else {
      let areAsked = desks.allSatisfy { $0.client.isPut || $0.client.stranger != nil }
      if areAsked || now >= begun + Self.headStartNanos {
        connect(halt, components)
        latchedBootNanos = now
      }
      return
    }
    for latch in latches { latch.client.advance(atBootNanos: now) }
    let stages = latches.map(\.client.stage)
    let isConnecting = now < latched + Self.connectNanos && stages.contains(.connecting)
    let isAsking = now < latched + Self.haltNanos && stages.contains(.asked)
    if settledBootNanos == .max, !isConnecting, !isAsking { settledBootNanos = now }
  }

  /// Halts to whoever is there. One that cannot even be tried must not keep the cancels from going on.
  private mutating func connect(_ halt: ControlRequest, _ components: [Component]) {
    for component in components {
      do throws(ZeroMQError) {
        latches.append((component, try ControlClient(halt, to: place.controlEndpoint(of: component))))
      } catch {
        Output.error("waggle panic: no halt for \(component.name): \(error)")
      }
    }
  }

  /// Takes answers in, and cancels again where orders are left or may have been placed since.
  private mutating func cancel(at now: Int64) throws(CommandFailure) {
    for index in desks.indices {
      desks[index].client.advance(atBootNanos: now)
      if !desks[index].isAnswered, let left = desks[index].client.openOrdersLeft {
        desks[index].left = left
        desks[index].countedBootNanos = desks[index].askedBootNanos
        desks[index].nextBootNanos = now + Self.roundNanos
      }
      let desk = desks[index]
      let isDue = desk.isAnswered && now >= desk.nextBootNanos
      guard isDue, !desk.isDone(settledBootNanos: settledBootNanos) else { continue }
      desks[index].client = try Self.cancel(desk.account, desk.endpoint, place, at: now)
      desks[index].askedBootNanos = now
    }
  }

  private func wait(until deadline: Int64) {
    ControlClient.run(desks.map(\.client) + latches.map(\.client), untilBootNanos: deadline)
    // All have answered, and it is not yet time for the next round.
    var poller = Poller(capacity: 1)
    _ = poller.wait(untilBootNanos: deadline)
  }
}
