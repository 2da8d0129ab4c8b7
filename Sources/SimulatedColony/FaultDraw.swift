import ActorKit
import Records
import Topology
import Wire

/// Draws the faults of a plan: a few kinds at a time, close enough together to meet.
struct FaultDraw {
  var random: SampleRandom
  let topology: Topology
  let plan: SeedPlan

  /// Each seed has a few kinds only, so that one fault can be told from another.
  mutating func all() -> [Fault] {
    let kinds = Fault.Kind.allCases.filter { kind in
      switch kind {
      case .power: plan.durability == .power
      case .clock, .fullDisk, .readOnlyDisk: random.next() % 4 == 0
      // In what they take little else can be seen.
      case .twin, .outage: random.next() % 8 == 0
      default: random.next() % 3 == 0
      }
    }
    guard !kinds.isEmpty else { return [] }
    let pause = random.within(400...6_000)
    var faults: [Fault] = []
    var at = SeedPlan.firstFaultMillis
    while at < plan.faultMillis {
      faults.append(fault(kinds[Int(random.next() % UInt64(kinds.count))], at: at))
      // Now and then one comes right after another.
      at += random.next() % 5 == 0 ? random.within(0...150) : random.within(pause / 2...2 * pause)
    }
    return faults
  }

  private mutating func fault(_ kind: Fault.Kind, at moment: Int64) -> Fault {
    var fault = Fault(kind, atMillis: moment, component: anyone())
    switch kind {
    case .kill, .power, .restart: break
    case .outage: fault.lastsMillis = random.within(1_000...25_000)
    case .crash:
      fault.amount = random.within(0...Int64(CrashPoint.allCases.count - 1))
      fault.other = UInt16(random.within(1...40))
    case .torn: fault.amount = random.within(1...12)
    case .pause: fault.lastsMillis = random.within(50...4_000)
    case .hold, .holdOneWay, .cut:
      fault.lastsMillis = random.within(100...6_000)
      aim(&fault)
    case .lose, .duplicate, .overtake:
      fault.lastsMillis = random.within(500...5_000)
      fault.amount = random.within(2_000...200_000)
      aim(&fault)
    case .delay:
      fault.lastsMillis = random.within(500...5_000)
      fault.amount = random.within(500...400_000)
      aim(&fault)
    case .clock:
      fault.lastsMillis = random.within(500...8_000)
      fault.amount = random.next() % 2 == 0 ? random.within(-7_000...7_000) : random.within(-300...300)
    case .fullDisk:
      fault.lastsMillis = random.within(500...4_000)
      fault.amount = random.within(0...4_000)
    case .drift:
      fault.lastsMillis = random.within(500...8_000)
      fault.amount = random.within(-200_000...200_000)
    case .readOnlyDisk: fault.lastsMillis = random.within(500...4_000)
    case .slowDisk:
      fault.lastsMillis = random.within(500...5_000)
      fault.amount = random.within(100...30_000)
    case .halt, .flatten, .panic:
      fault.lastsMillis = random.within(500...8_000)
      fault.component = random.next() % 2 == 0 ? topology.queen.number : anExecutor()
      fault.other = UInt16(random.within(0...2))
    case .cancelAll: fault.component = anExecutor()
    case .twin:
      fault.component = anExecutor()
      fault.lastsMillis = random.within(1_000...9_000)
    }
    // TCP doubles nothing, and where a venue takes an ended order's id again nothing could protect against
    // it.
    if kind == .duplicate, isVenue(fault.other) {
      (fault.component, fault.other) = (fault.other, fault.component)
    }
    // A venue is no machine of ours: it keeps its power, its disk and its clock.
    if [.power, .torn, .clock, .drift, .fullDisk, .readOnlyDisk, .slowDisk].contains(kind),
      isVenue(fault.component)
    {
      fault.component = anExecutor()
    }
    return fault
  }

  /// The two ends of a line that carries something.
  private mutating func aim(_ fault: inout Fault) {
    let callers = topology.publishers.filter { !Wiring(of: $0, in: topology).links.isEmpty }
    let caller = callers[Int(random.next() % UInt64(callers.count))]
    let links = Wiring(of: caller, in: topology).links
    let called = links[Int(random.next() % UInt64(links.count))].component
    let isBack = random.next() % 2 == 0
    (fault.component, fault.other) = isBack ? (called, caller.number) : (caller.number, called)
  }

  private mutating func anyone() -> UInt16 {
    // Executors have the most to lose.
    if random.next() % 3 == 0 { return anExecutor() }
    return topology.publishers[Int(random.next() % UInt64(topology.publishers.count))].number
  }

  private mutating func anExecutor() -> UInt16 {
    let executors = topology.components(of: .executor)
    return executors[Int(random.next() % UInt64(executors.count))].number
  }

  private func isVenue(_ number: UInt16) -> Bool { topology.component(number: number)?.kind == .venue }
}
