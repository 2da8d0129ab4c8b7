import Platform
import Topology

/// How `waggle run --realtime` spreads one host's components over its processors.
///
/// Every component but observers gets SCHED_FIFO. Those on the way of an order get a processor of their own
/// while there are any: the executor first, then risk, signal, feed. What has none of its own runs on the
/// rest, which is at least one processor when all on the way have theirs and at least two otherwise: two
/// components of the way kept on one processor would wait for each other while another stands idle. So on
/// one or two processors, or where no more than the rest are left, nobody is kept anywhere. Pure.
public struct RealtimePlan: Sendable, Equatable {
  /// Low, so that the kernel's own real-time threads (migration, watchdog, interrupts at 50) come first.
  public static let componentPriority: Int32 = 10
  /// The supervisor runs above its children: it must be able to end one that runs away.
  public static let supervisorPriority: Int32 = 11

  /// What one component gets.
  public struct Place: Sendable, Equatable {
    public let component: UInt16
    public let scheduling: SchedulingClass
    /// Nil for wherever the supervisor may run.
    public let processors: [Int]?
  }

  /// In the order of the components given.
  public let places: [Place]
  private let ownProcessors: [(name: String, processor: Int)]

  /// The kinds that an order passes through, in the order in which processors are given out.
  static let path: [Component.Kind] = [.executor, .risk, .signal, .feed]

  public init(_ components: [Component], processors: [Int]) {
    let onPath = Self.path.flatMap { kind in
      components.filter { $0.kind == kind }.sorted { $0.number < $1.number }
    }
    let isEnough = processors.count > onPath.count
    let own = max(0, isEnough ? onPath.count : min(onPath.count, processors.count - 2))
    // The lowest numbers stay with the rest: the kernel does its own work there.
    let taken = Array(processors.suffix(own).reversed())
    let rest = own == 0 ? nil : Array(processors.dropLast(own))
    ownProcessors = zip(onPath, taken).map { ($0.name, $1) }
    places = components.map { component in
      let place = onPath.prefix(own).firstIndex { $0.number == component.number }
      return Place(
        component: component.number,
        scheduling: component.isObserver ? .ordinary : .fifo(priority: Self.componentPriority),
        processors: place.map { [taken[$0]] } ?? rest)
    }
  }

  public func place(of component: UInt16) -> Place? { places.first { $0.component == component } }

  /// For the person who starts the run.
  public var description: String {
    let kept = ownProcessors.map { "\($0.name) \($0.processor)" }.joined(separator: ", ")
    return "SCHED_FIFO \(Self.componentPriority), supervisor \(Self.supervisorPriority); "
      + (kept.isEmpty
        ? "no component has a processor of its own: there are too few"
        : "processors of their own: \(kept)")
  }

  public static func == (left: RealtimePlan, right: RealtimePlan) -> Bool { left.places == right.places }
}
