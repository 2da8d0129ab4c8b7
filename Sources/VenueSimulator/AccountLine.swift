import ActorKit
import Trading
import Wire

/// The way between an account's executor and the matching, both directions in order: nothing overtakes.
///
/// Volatile: what is under way when the venue dies is lost, as on any network, and settled by queries.
struct AccountLine: Sendable {
  /// Requests that may be on their way; a further one is refused.
  static let mostArrivals = 4_096

  private(set) var arrivals = FirstInFirstOut<Arrival>()
  private(set) var departures = FirstInFirstOut<Departure>()
  /// Where the executor was last heard.
  var executor: Peer?
  /// When, on the boot clock.
  var heardBootNanos: Int64 = 0
  /// Reports so far in this incarnation.
  private(set) var reportCount: UInt64 = 0

  private var jitter: SplitMix64
  private let jitterNanos: Int64
  private var lastArrivalNanos: Int64 = 0
  private var lastDepartureNanos: Int64 = 0

  init(seed: UInt64, jitterNanos: Int64) {
    jitter = SplitMix64(seed: seed)
    self.jitterNanos = jitterNanos
  }

  /// Puts a request on its way; false if too many are.
  mutating func send(_ request: VenueRequest, from peer: Peer, at market: Int64, latency: Int64) -> Bool {
    guard arrivals.count < Self.mostArrivals else { return false }
    lastArrivalNanos = max(lastArrivalNanos, market + varied(latency))
    arrivals.append(Arrival(dueNanos: lastArrivalNanos, request: request, peer: peer))
    return true
  }

  /// Puts an answer on its way.
  mutating func answer(_ answer: Departure.Answer, to peer: Peer?, at market: Int64, latency: Int64) {
    lastDepartureNanos = max(lastDepartureNanos, market + varied(latency))
    departures.append(Departure(dueNanos: lastDepartureNanos, answer: answer, peer: peer))
  }

  mutating func takeArrival() -> Arrival { arrivals.removeFirst() }

  mutating func takeDeparture() -> Departure { departures.removeFirst() }

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
