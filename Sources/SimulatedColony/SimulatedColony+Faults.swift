import ActorKit
import Governance
import HostKit
import JournalStore
import Records
import Topology
import Vocabulary
import Wire

/// Faults of the plan as they strike and pass. Of several at once that concern the same thing the last holds,
/// and when one is over those that still last strike again.
extension SimulatedColony {
  func begin(_ place: Int) {
    let fault = plan.faults[place]
    guard let node = node(fault.component) else { return }
    let end = world.now + max(0, fault.lastsMillis) * .nanosPerMilli
    if fault.keepsStopsAway(topology) { judge.expectTrouble(until: end) }
    if fault.kind == .pause { judge.lives.standsStill(fault.component, until: end) }
    if end > world.now {
      lasting.insert(place)
      world.agenda.add(.fault(place, isBegin: false), at: end)
    }
    world.trace.fault(node, at: world.now, "\(fault)")
    if strike(fault, node) { count(fault.kind) }
  }

  /// It is over, at its time or because everything is to heal.
  func end(_ place: Int) {
    guard lasting.remove(place) != nil else { return }
    let fault = plan.faults[place]
    guard let node = node(fault.component) else { return }
    world.trace.fault(node, at: world.now, "over: \(fault)")
    let others = lasting.sorted().map { plan.faults[$0] }.filter { $0.meets(fault) }
    switch fault.kind {
    case .pause:
      shifts[node].pausedUntil = world.now
      for other in others { pause(other, node) }
      schedule(node, at: world.now)
    case .hold, .cut, .holdOneWay, .lose, .duplicate, .overtake, .delay, .twin: setLines(of: fault, node)
    case .clock, .drift:
      set(clockOf: node, aheadMillis: plan.clockErrorsMillis[fault.component] ?? 0)
      if let other = others.last { _ = strike(other, node) }
    case .fullDisk, .readOnlyDisk, .slowDisk:
      nodes[node].drive.disk.capacityBytes = .max
      nodes[node].drive.disk.isReadOnly = false
      shifts[node].writeNanos = 0
      for other in others { _ = strike(other, node) }
    case .halt, .flatten, .panic: if others.isEmpty { command(.resume, fault) }
    case .outage: if others.isEmpty { world.agenda.add(.start(node: node), at: world.now) }
    case .kill, .restart, .crash, .torn, .power, .cancelAll: break
    }
  }

  func node(_ number: UInt16) -> Int? { nodes.firstIndex { $0.seat.number == number } }

  /// False for what can strike nothing, and for what is counted when it does.
  private func strike(_ fault: Fault, _ node: Int) -> Bool {
    switch fault.kind {
    case .kill, .outage:
      guard nodes[node].isAlive else { return false }
      ended(node, .killed)
    case .restart:
      guard nodes[node].isAlive else { return false }
      restart(node)
    case .crash:
      arm(fault, node)
      return false
    case .torn:
      guard fault.amount > 0 else { return false }
      nodes[node].drive.disk.stop(after: Int(clamping: fault.amount), keeping: random.next())
      return false
    case .power: losePower(node)
    case .pause: pause(fault, node)
    case .hold, .cut, .holdOneWay, .lose, .duplicate, .overtake, .delay, .twin:
      return setLines(of: fault, node)
    case .clock: set(clockOf: node, aheadMillis: fault.amount)
    case .drift: nodes[node].clock.drift(ppm: fault.amount, from: world.now)
    case .fullDisk:
      let used = nodes[node].drive.disk.usedBytes
      nodes[node].drive.disk.capacityBytes = used + Int(clamping: min(max(0, fault.amount), 1 << 40))
    case .readOnlyDisk: nodes[node].drive.disk.isReadOnly = true
    case .slowDisk: shifts[node].writeNanos = max(0, fault.amount) * .nanosPerMicro
    case .halt: command(.halt, fault)
    case .panic: command(.panic, fault)
    case .flatten: command(.flatten, fault)
    case .cancelAll: cancelAll(ofExecutor: fault.component)
    }
    return true
  }

  private func arm(_ fault: Fault, _ node: Int) {
    let points = CrashPoint.allCases
    let point = points[Int(clamping: max(0, fault.amount)) % points.count]
    guard let trigger = CrashTrigger("\(point.rawValue):\(max(1, fault.other))") else { return }
    nodes[node].arm(trigger)
  }

  private func pause(_ fault: Fault, _ node: Int) {
    let end = fault.atMillis * .nanosPerMilli + max(0, fault.lastsMillis) * .nanosPerMilli
    shifts[node].pausedUntil = max(shifts[node].pausedUntil, end)
  }

  /// Whether a program must not be started again now.
  func isOut(_ node: Int) -> Bool {
    lasting.contains {
      plan.faults[$0].kind == .outage && plan.faults[$0].component == nodes[node].seat.number
    }
  }

  private func losePower(_ node: Int) {
    if nodes[node].isAlive { ended(node, .killed) }
    nodes[node].losePower(seed: random.next())
    nodes[node].clock.restart(at: world.now)
  }

  private func set(clockOf node: Int, aheadMillis: Int64) {
    nodes[node].clock.set(errorNanos: aheadMillis * .nanosPerMilli)
    schedule(node, at: world.now)
  }
}

// MARK: - Strangers

extension SimulatedColony {
  private func cancelAll(ofExecutor number: UInt16) {
    guard let account = judge.files[number]?.account else { return }
    judge.commands.lastCancelAll = world.now
    let frame = SimulatedStranger.cancelsAll(
      account, wallNanos: SimulatedClock.wallStartNanos + world.now)
    for venue in programs.venues { _ = world.call(link: venue.seat.node, of: console.node, frame) }
  }

  /// Second executors that are there ask for their permits.
  func askAsTwins() {
    for place in lasting.sorted() where plan.faults[place].kind == .twin {
      let number = plan.faults[place].component
      guard let account = judge.files[number]?.account, let node = node(number) else { continue }
      let frame = SimulatedStranger.asks(
        number, account: account, epoch: nodes[node].epoch + 1, at: world.now)
      for queen in programs.queens { _ = world.call(link: queen.seat.node, of: console.node, frame) }
    }
  }
}

// MARK: - Lines

extension SimulatedColony {
  /// What a fault does to lines, with all that still lasts on the same; false where there is no line.
  @discardableResult
  private func setLines(of fault: Fault, _ node: Int) -> Bool {
    var others = self.node(fault.other).map { [$0] } ?? []
    if fault.kind == .twin { others = programs.queens.map(\.seat.node) }
    others.removeAll { $0 == node }
    for other in others {
      set(line: node, other)
      set(line: other, node)
    }
    return !others.isEmpty
  }

  /// A line, one way, as all faults that last have it.
  private func set(line from: Int, _ to: Int) {
    let (sender, receiver) = (nodes[from].seat.number, nodes[to].seat.number)
    var line = SimulatedNetwork.Line()
    for place in lasting.sorted() {
      let fault = plan.faults[place]
      let isAlong = (fault.component, fault.other) == (sender, receiver)
      let isBack = (fault.component, fault.other) == (receiver, sender)
      switch fault.kind {
      case .hold where isAlong || isBack, .holdOneWay where isAlong: line.isCut = true
      case .cut where isAlong || isBack: (line.isCut, line.resets) = (true, true)
      case .twin where separates(fault, sender, receiver): line.isCut = true
      case .lose where isAlong: line.lostPPM = UInt64(max(0, fault.amount))
      case .duplicate where isAlong: line.duplicatedPPM = UInt64(max(0, fault.amount))
      case .overtake where isAlong: line.overtakenPPM = UInt64(max(0, fault.amount))
      case .delay where isAlong: line.delayNanos = min(max(0, fault.amount), 60_000_000) * .nanosPerMicro
      default: break
      }
    }
    world.change(from: from, to: to) { $0 = line }
  }

  /// An executor that has a twin does not reach the queen, nor she it.
  private func separates(_ twin: Fault, _ sender: UInt16, _ receiver: UInt16) -> Bool {
    let queens = programs.queens.map(\.seat.number)
    return sender == twin.component && queens.contains(receiver)
      || receiver == twin.component && queens.contains(sender)
  }
}

// MARK: - Commands

extension SimulatedColony {
  private func scope(of fault: Fault) -> HaltScope {
    switch fault.commandScope {
    case 1: .instrument(topology.instruments[0].number)
    case 2: .strategy(1)
    default: .firm
    }
  }

  private func command(_ kind: CommandKind, _ fault: Fault) {
    let instrument = topology.instruments[0].number
    if kind == .resume { judge.commands.isGivenUp(scope(of: fault), at: world.now, &judge.judgement) }
    switch fault.commandScope {
    case 1:
      console.give(kind, .instrument, instrument: instrument, to: fault.component, at: world.now)
    case 2: console.give(kind, .strategy, strategy: 1, to: fault.component, at: world.now)
    default: console.give(kind, .firm, to: fault.component, at: world.now)
    }
  }
}
