import ActorKit
import HostKit
import JournalStore
import Records
import Topology
import Vocabulary
import Wire

/// Faults of the plan as they strike and pass.
extension SimulatedColony {
  func begin(_ place: Int) {
    let fault = plan.faults[place]
    count(fault.kind)
    judge.lastTrouble = world.now + fault.lastsMillis * .nanosPerMilli
    if fault.lastsMillis > 0 {
      lasting.insert(place)
      world.agenda.add(.fault(place, isBegin: false), at: judge.lastTrouble)
    }
    if let node = node(fault.component) {
      world.trace.fault(node, at: world.now, "\(fault)")
      strike(fault, node)
    }
  }

  /// It is over, at its time or because everything is to heal.
  func end(_ place: Int) {
    guard lasting.remove(place) != nil else { return }
    let fault = plan.faults[place]
    guard let node = node(fault.component) else { return }
    world.trace.fault(node, at: world.now, "over: \(fault)")
    switch fault.kind {
    case .pause:
      shifts[node].pausedUntil = world.now
      schedule(node, at: world.now)
    case .hold, .cut, .holdOneWay, .lose, .duplicate, .overtake, .delay: heal(fault, node)
    case .clock, .drift: set(clockOf: node, aheadMillis: plan.clockErrorsMillis[fault.component] ?? 0)
    case .fullDisk: nodes[node].drive.disk.capacityBytes = .max
    case .readOnlyDisk: nodes[node].drive.disk.isReadOnly = false
    case .slowDisk: shifts[node].writeNanos = 0
    case .halt, .flatten, .panic: command(.resume, fault)
    case .twin: separate(node, isCut: false)
    case .kill, .restart, .crash, .torn, .power, .cancelAll: break
    }
  }

  func node(_ number: UInt16) -> Int? { nodes.firstIndex { $0.seat.number == number } }

  private func strike(_ fault: Fault, _ node: Int) {
    switch fault.kind {
    case .kill: if nodes[node].isAlive { ended(node, .killed) }
    case .restart:
      nodes[node].terminate()
      schedule(node, at: world.now)
    case .crash:
      let points = CrashPoint.allCases
      let point = points[Int(fault.amount) % points.count]
      guard let trigger = CrashTrigger("\(point.rawValue):\(max(1, fault.other))") else { return }
      nodes[node].arm(trigger)
    case .torn: nodes[node].drive.disk.stop(after: Int(fault.amount), keeping: random.next())
    case .power: losePower(node)
    case .pause: shifts[node].pausedUntil = world.now + fault.lastsMillis * .nanosPerMilli
    case .hold, .cut: disturb(fault, node, isBothWays: true)
    case .holdOneWay, .lose, .duplicate, .overtake, .delay: disturb(fault, node, isBothWays: false)
    case .clock: set(clockOf: node, aheadMillis: fault.amount)
    case .fullDisk:
      let used = nodes[node].drive.disk.usedBytes
      nodes[node].drive.disk.capacityBytes = used + Int(fault.amount)
    case .drift: nodes[node].clock.drift(ppm: fault.amount, from: world.now)
    case .readOnlyDisk: nodes[node].drive.disk.isReadOnly = true
    case .slowDisk: shifts[node].writeNanos = max(0, fault.amount) * .nanosPerMicro
    case .halt: command(.halt, fault)
    case .panic: command(.panic, fault)
    case .cancelAll: cancelAll(ofExecutor: fault.component)
    case .twin: separate(node, isCut: true)
    case .flatten: command(.flatten, fault)
    }
  }

  private func losePower(_ node: Int) {
    if nodes[node].isAlive { ended(node, .killed) }
    nodes[node].drive.disk.losePower(seed: random.next())
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
    let frame = SimulatedStranger.cancelsAll(
      account, wallNanos: SimulatedClock.wallStartNanos + world.now)
    for venue in programs.venues { _ = world.call(link: venue.seat.node, of: console.node, frame) }
  }

  /// An executor does not reach the queen, nor she it.
  private func separate(_ node: Int, isCut: Bool) {
    for queen in programs.queens {
      for (from, to) in [(node, queen.seat.node), (queen.seat.node, node)] {
        world.change(from: from, to: to) { $0.isCut = isCut }
      }
    }
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
  private func disturb(_ fault: Fault, _ node: Int, isBothWays: Bool) {
    guard let other = self.node(fault.other), other != node else { return }
    change(fault, node, other)
    if isBothWays { change(fault, other, node) }
  }

  private func change(_ fault: Fault, _ from: Int, _ to: Int) {
    world.change(from: from, to: to) { line in
      switch fault.kind {
      case .hold, .holdOneWay: line.isCut = true
      case .cut: (line.isCut, line.resets) = (true, true)
      case .lose: line.lostPPM = UInt64(max(0, fault.amount))
      case .duplicate: line.duplicatedPPM = UInt64(max(0, fault.amount))
      case .overtake: line.overtakenPPM = UInt64(max(0, fault.amount))
      case .delay: line.delayNanos = max(0, fault.amount) * .nanosPerMicro
      default: break
      }
    }
  }

  private func heal(_ fault: Fault, _ node: Int) {
    guard let other = self.node(fault.other), other != node else { return }
    for (from, to) in [(node, other), (other, node)] {
      world.change(from: from, to: to) { line in
        switch fault.kind {
        case .hold, .holdOneWay, .cut: (line.isCut, line.resets) = (false, false)
        case .lose: line.lostPPM = 0
        case .duplicate: line.duplicatedPPM = 0
        case .overtake: line.overtakenPPM = 0
        default: line.delayNanos = 0
        }
      }
    }
  }
}

// MARK: - Commands

extension SimulatedColony {
  private func command(_ kind: CommandKind, _ fault: Fault) {
    let instrument = topology.instruments[0].number
    switch fault.kind == .flatten ? 1 : fault.other {
    case 1:
      console.give(kind, .instrument, instrument: instrument, to: fault.component, at: world.now)
    case 2: console.give(kind, .strategy, strategy: 1, to: fault.component, at: world.now)
    default: console.give(kind, .firm, to: fault.component, at: world.now)
    }
  }
}
