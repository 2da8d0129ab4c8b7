import ActorKit
import Records
import Topology
import Trading
import VenueSimulator
import Wire

/// What a seed makes of a topology: what the venue can, how badly it answers, how the machines' clocks stand,
/// and which faults happen when.
public struct SeedPlan: Equatable, Sendable {
  public var seed: UInt64
  /// Faults may happen for so long; the quiet phase follows.
  public var faultMillis: Int64
  public var faults: [Fault] = []
  public var capabilities: Trading.VenueCapabilities
  public var answers = AnswerFaults()
  /// What the journals survive.
  public var durability: Records.Durability
  /// A state is saved after so many rows.
  public var snapshotRows: Int64
  /// By component number: how far its wall clock is ahead, ms.
  public var clockErrorsMillis: [UInt16: Int64] = [:]

  /// No fault happens before: the colony comes up.
  public static let firstFaultMillis: Int64 = 4_000

  /// The plan of a seed. Equal seeds and topologies make equal plans.
  public init(seed: UInt64, minutes: Double, of topology: Topology) {
    self.seed = seed
    faultMillis = Self.firstFaultMillis + Int64(minutes * 60_000)
    var random = SampleRandom(seed: seed ^ 0x5EED)
    capabilities = Self.capabilities(of: topology)
    durability = random.next() % 2 == 0 ? .process : .power
    snapshotRows = [60, 300, 1_500, 20_000][Int(random.next() % 4)]
    vary(&random)
    for component in topology.publishers {
      guard random.next() % 3 == 0, component.kind != .venue else { continue }
      clockErrorsMillis[component.number] = random.within(-30...30)
    }
    var draw = FaultDraw(random: random, topology: topology, plan: self)
    faults = draw.all()
  }

  private static func capabilities(of topology: Topology) -> Trading.VenueCapabilities {
    for component in topology.components {
      if case .venue(let role) = component.role { return role.capabilities }
    }
    return .simulated
  }

  /// Venues differ in what they take, and in how they answer.
  private mutating func vary(_ random: inout SampleRandom) {
    switch random.next() % 6 {
    case 0: capabilities.orderTypes.remove(.stop)
    case 1: capabilities.execInsts.remove(.reduceOnly)
    case 2:
      capabilities.execInsts.remove(.reduceOnly)
      capabilities.orderLists.insert(.pair)
    case 3:
      capabilities.orderTypes.remove(.stop)
      capabilities.execInsts.remove(.reduceOnly)
    default: break
    }
    if random.next() % 4 == 0 { capabilities.clientIDs.rule = .uniqueEver }
    guard random.next() % 2 == 0 else { return }
    // As scripts/chaos/faults.json5 has them, each in half of the seeds that have any.
    func sometimes(_ value: Double, _ random: inout SampleRandom) -> Double {
      random.next() % 2 == 0 ? value : 0
    }
    answers = AnswerFaults(
      seed: random.next() >> 1, lostReports: sometimes(0.01, &random), lateReports: sometimes(0.02, &random),
      duplicateReports: sometimes(0.02, &random), reorderedReports: sometimes(0.02, &random),
      lostRequests: sometimes(0.005, &random), lateRequests: sometimes(0.01, &random),
      lostQueries: sometimes(0.01, &random), rateLimitAnswers: sometimes(0.01, &random),
      unknownStatusAnswers: sometimes(0.005, &random), rejectAfterAccept: sometimes(0.002, &random),
      lateNanos: 200_000_000...5_000_000_000, queryLagNanos: random.next() % 2 == 0 ? 200_000_000 : 0,
      disconnectsPerMinute: sometimes(2, &random))
  }
}

extension SampleRandom {
  /// Evenly within a range.
  mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }
}
