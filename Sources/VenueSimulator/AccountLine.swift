import ActorKit
import Trading
import Wire

/// The way between an account's executor and the matching, both directions in order: nothing overtakes, but
/// what a fault holds back.
///
/// Volatile: what is under way when the venue dies is lost, as on any network, and settled by queries.
struct AccountLine: Sendable {
  /// Requests that may be on their way; a further one is refused.
  static let mostArrivals = 4_096
  /// Beyond these, operators' cancels find room, so that a flood of requests cannot keep them out.
  static let placesForOperators = 256

  private(set) var arrivals = FirstInFirstOut<Arrival>()
  private(set) var departures = FirstInFirstOut<Departure>()
  /// What a fault holds back.
  private var lateArrivals = DelayedQueue<Arrival>()
  private var lateDepartures = DelayedQueue<Departure>()
  /// Orders that the venue will end itself, by their number.
  private(set) var doomed = DelayedQueue<UInt64>()
  /// Where an executor of the account was heard, the last one first. Reports go to all of them that were
  /// heard lately, as a real venue's private streams do.
  private var sessions: [Session] = []
  /// When, on the boot clock.
  var heardBootNanos: Int64 = 0
  /// Reports so far in this incarnation.
  private(set) var reportCount: UInt64 = 0
  /// Nil if the venue answers well.
  var dice: FaultDice?
  /// The next report to the executor is not sent.
  var isMuted = false
  var history = QueryHistory()

  private var jitter: SplitMix64
  private let jitterNanos: Int64
  private var lastArrivalNanos: Int64 = 0
  private var lastDepartureNanos: Int64 = 0

  init(seed: UInt64, jitterNanos: Int64) {
    jitter = SplitMix64(seed: seed)
    self.jitterNanos = jitterNanos
  }

  /// Puts a request on its way; false if too many are. One held back by `lateNanos` leaves the order of the
  /// line.
  mutating func send(
    _ request: VenueRequest, from peer: Peer, at market: Int64, latency: Int64, lateNanos: Int64 = 0,
    isUnanswered: Bool = false
  ) -> Bool {
    guard arrivals.count < Self.mostArrivals else { return false }
    let due = max(lastArrivalNanos, market.saturatingAdd(varied(latency)))
    var arrival = Arrival(dueNanos: due, request: request, peer: peer, isUnanswered: isUnanswered)
    if lateNanos > 0 {
      arrival.dueNanos = due.saturatingAdd(lateNanos)
      return lateArrivals.insert(arrival, dueNanos: arrival.dueNanos)
    }
    lastArrivalNanos = due
    arrivals.append(arrival)
    return true
  }

  /// Puts an operator's request on its way, without latency, right behind what has come before it; false if
  /// even the places kept for operators are taken.
  mutating func sendAtOnce(_ request: VenueRequest, from peer: Peer, at market: Int64) -> Bool {
    guard arrivals.count < Self.mostArrivals + Self.placesForOperators else { return false }
    lastArrivalNanos = max(lastArrivalNanos, market)
    arrivals.append(Arrival(dueNanos: lastArrivalNanos, request: request, peer: peer))
    return true
  }

  /// Puts an answer on its way.
  mutating func answer(_ answer: Departure.Answer, to peer: Peer?, at market: Int64, latency: Int64) {
    lastDepartureNanos = max(lastDepartureNanos, market.saturatingAdd(varied(latency)))
    let departure = Departure(dueNanos: lastDepartureNanos, answer: answer, peer: peer)
    guard case .report = answer, isExecutors(peer) else {
      departures.append(departure)
      return
    }
    if isMuted {
      isMuted = false
      return
    }
    switch dice?.fateOfReport() ?? .leaves {
    case .leaves: departures.append(departure)
    case .isLost: break
    case .isLate(let nanos): hold(departure, nanos)
    case .isDoubled(let nanos):
      departures.append(departure)
      hold(departure, nanos)
    }
  }

  struct Session: Sendable {
    let peer: Peer
    var heardBootNanos: Int64
  }

  /// More than one executor is a mistake or a takeover; more than these are forgotten, the oldest first.
  private static let mostSessions = 4
  /// An executor says something every ten seconds at least.
  private static let sessionNanos: Int64 = 15_000_000_000

  /// Who was heard last.
  var executor: Peer? { sessions.first?.peer }

  /// To whom reports go: the first of the sessions, because who was heard last stands first.
  var listeners: ArraySlice<Session> {
    sessions.prefix { heardBootNanos - $0.heardBootNanos <= Self.sessionNanos }
  }

  mutating func hear(_ peer: Peer, atBoot boot: Int64) {
    heardBootNanos = boot
    if sessions.first?.peer == peer { return sessions[0].heardBootNanos = boot }
    sessions.removeAll { $0.peer == peer }
    sessions.insert(Session(peer: peer, heardBootNanos: boot), at: 0)
    if sessions.count > Self.mostSessions { sessions.removeLast() }
  }

  /// Whether an answer goes to the executor.
  func isExecutors(_ peer: Peer?) -> Bool {
    guard let peer else { return true }
    return peer.component != 0 && peer.component == executor?.component
  }

  /// Lets the venue end an order later. One that is too many goes on working.
  mutating func doom(_ order: UInt64, at nanos: Int64) { _ = doomed.insert(order, dueNanos: nanos) }

  mutating func takeDoomed() -> UInt64 { doomed.removeFirst() }

  /// One that is too many is lost.
  private mutating func hold(_ departure: Departure, _ nanos: Int64) {
    var late = departure
    late.dueNanos = departure.dueNanos.saturatingAdd(nanos)
    _ = lateDepartures.insert(late, dueNanos: late.dueNanos)
  }

  /// Nothing under way but reports that a fault holds back: nothing follows from them.
  var isIdle: Bool { arrivals.isEmpty && departures.isEmpty && lateArrivals.isEmpty }

  var nextArrivalNanos: Int64? { earlier(arrivals.first?.dueNanos, lateArrivals.firstDueNanos) }

  var nextDepartureNanos: Int64? { earlier(departures.first?.dueNanos, lateDepartures.firstDueNanos) }

  mutating func takeArrival() -> Arrival {
    arrivals.first?.dueNanos == nextArrivalNanos ? arrivals.removeFirst() : lateArrivals.removeFirst()
  }

  mutating func takeDeparture() -> Departure {
    departures.first?.dueNanos == nextDepartureNanos ? departures.removeFirst() : lateDepartures.removeFirst()
  }

  private func earlier(_ one: Int64?, _ other: Int64?) -> Int64? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  /// The next number in the account's reports; above all earlier incarnations'.
  mutating func nextReport(epoch: UInt32) -> UInt64 {
    reportCount += 1
    return lastReport(epoch: epoch)
  }

  /// The last number given.
  func lastReport(epoch: UInt32) -> UInt64 { UInt64(epoch) << 40 | reportCount }

  private mutating func varied(_ latency: Int64) -> Int64 {
    guard jitterNanos > 0 else { return latency }
    let change = Int64(jitter.below(UInt64(jitterNanos) * 2 + 1)) - jitterNanos
    return max(0, latency + change)
  }
}
