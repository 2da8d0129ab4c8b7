import ActorKit
import HostKit
import JournalStore
import Records
import Wire

/// What the simulated world asks of every program, whatever its core.
protocol SimulatedProgram: AnyObject {
  var seat: ProgramSeat { get }
  var drive: DiskDrive { get }
  var clock: SimulatedClock { get set }
  var isAlive: Bool { get }
  /// Its present incarnation, 0 while it is dead.
  var epoch: UInt32 { get }
  /// Whether it runs without a journal that can be trusted.
  var isImpaired: Bool { get }
  var state: ComponentState { get }
  /// Whether its last turn wrote to the disk.
  var hasWritten: Bool { get }

  /// What it calls itself over each of its links, in this incarnation.
  var identities: [[UInt8]] { get }

  func start(in world: inout WorldState) throws(ProgramEnd)
  func turn(in world: inout WorldState) throws(ProgramEnd)
  /// When it wants its next turn, at the earliest `now`.
  func nextMoment(after now: Int64) -> Int64
  func take(_ letter: Letter, over connection: SimulatedConnection)
  /// Asks it to end in good order.
  func terminate()
  /// Dies at the n-th arrival at a named point from now on.
  func arm(_ trigger: CrashTrigger)
  /// Forgets what was armed, of crashes and of its disk.
  func disarm()
  /// Nothing of it is carried out any more.
  func vanish()
  /// Its machine loses its power, and with it what was not on the disk.
  func losePower(seed: UInt64)
  /// Whether it was asked to end.
  var isAskedToEnd: Bool { get }
  /// What it dies of when it does now, if it was armed.
  var armedDeath: Fault.Kind? { get }
}

/// A frame that has arrived and was not taken yet.
struct Letter {
  let connection: Int
  let generation: UInt32
  let parcel: SimulatedConnection.Parcel
}

/// One component as a process: a host, its journal on a simulated disk, its sockets on a simulated network.
///
/// The second driver of `HostCore`: it takes in by the same priorities and bounds as `Reactor` and carries
/// out the same effects in the same order.
final class SimulatedProcess<Core: ActorCore>: SimulatedProgram {
  let seat: ProgramSeat
  let drive: DiskDrive
  var clock: SimulatedClock
  private let blank: Core
  private let snapshotRows: Int64
  private let marks = SimulatedCrashMarks()
  private let witness: Witness<Core>
  /// Who has sessions with it over its control port, and by what names.
  private let callers: [(component: UInt16, name: [UInt8])]
  private var life: ProgramLife<Core>?
  private var trigger: CrashTrigger?
  /// The last row of which the witness was told.
  private var toldRow: Int64 = 0
  private(set) var hasWritten = false
  /// Its last start found its journal.
  private var wasStored = false
  /// It died at the point that was armed.
  private var hasReached = false

  init(
    _ core: Core, seat: ProgramSeat, drive: DiskDrive, clock: SimulatedClock, snapshotRows: Int64,
    witness: Witness<Core>
  ) {
    blank = core
    self.seat = seat
    self.drive = drive
    self.clock = clock
    self.snapshotRows = snapshotRows
    self.witness = witness
    callers = seat.wiring.sessionClients.map { ($0, RouteTable.sessionName(of: $0)) }
  }

  var isAlive: Bool { life != nil }
  var epoch: UInt32 { life?.journal.epoch ?? 0 }
  var isImpaired: Bool { life?.journal.isImpaired ?? false }
  var state: ComponentState { life?.host.core.state ?? .starting }
  /// The core as it stands; nil while the program is dead.
  var core: Core? { life?.host.core }

  var identities: [[UInt8]] {
    seat.wiring.links.map { link in
      link.hasSession
        ? RouteTable.sessionName(of: seat.number) : Array("waggle-\(seat.number).\(epoch)".utf8)
    }
  }

  func terminate() {
    life?.isAskedToEnd = true
    life?.isTerminated = true
  }
  func arm(_ trigger: CrashTrigger) { self.trigger = trigger }
  func disarm() {
    trigger = nil
    if isAlive { drive.disk.restart() }
  }

  func vanish() {
    life = nil
    drive.disk.stop()
  }

  func losePower(seed: UInt64) {
    drive.disk.losePower(seed: seed)
    // What a program without its journal was called, nothing but the marks can tell: they are flushed then.
    if seed % 2 == 0, wasStored { marks.lose() }
  }

  var isAskedToEnd: Bool { life.map { $0.isTerminated || $0.host.core.state == .finished } ?? false }
  var armedDeath: Fault.Kind? { drive.disk.isStopped ? .torn : hasReached ? .crash : nil }

  func take(_ letter: Letter, over connection: SimulatedConnection) {
    life?.inbox.take(letter, over: connection, isServer: connection.server == seat.node)
  }

  func nextMoment(after now: Int64) -> Int64 {
    guard let life else { return .max }
    guard life.inbox.isEmpty, !life.isAskedToEnd else { return now }
    let due = life.host.nextTurnBootNanos(bootNanos: clock.boot(at: now), wallNanos: clock.wall(at: now))
    return clock.moment(ofBoot: due, notBefore: now)
  }
}

// MARK: - A life

extension SimulatedProcess {
  func start(in world: inout WorldState) throws(ProgramEnd) {
    drive.disk.restart()
    hasReached = false
    let (boot, wall) = (clock.boot(at: world.now), clock.wall(at: world.now))
    var core = blank
    var journal = try SimulatedOpening(seat: seat, drive: drive, marks: marks, wallNanos: wall).run(&core)
    if journal.isImpaired, marks.cutTurns > 0 { journal.cutTurns = marks.cutTurns }
    witness.began(journal.epoch, journal.impairment, drive.disk.isShort, world.now)
    marks.keep(epoch: journal.epoch)
    wasStored = !journal.isImpaired
    tellAgain(journal)
    witness.recovered(journal.state, journal.standing.isStored)
    let host = HostCore(
      seat.identity, seat.wiring, core: core, journal: journal.standing, recovered: journal.state,
      crashMarks: marks, atBootNanos: boot)
    let life = ProgramLife(host, journal, linkCount: seat.wiring.links.count)
    life.host.saveSnapshots(everyRows: snapshotRows)
    self.life = life
    try reach(.afterRecovery)
    life.host.start(bootNanos: boot, wallNanos: wall)
    try carryOut(life, in: &world)
  }

  /// A write that was torn may be whole, and the power may have taken what was told.
  private func tellAgain(_ journal: borrowing HostJournal<MemoryJournalStore>) {
    let last = journal.standing.lastRow
    guard journal.standing.isStored, last != toldRow else { return }
    toldRow = last
    var facts: [Core.Fact] = []
    do throws(JournalError) {
      _ = try journal.forEachRow(after: 0, limit: .max) { row, body in
        facts.append(Witness<Core>.fact(row, body.copiedBytes()))
      }
    } catch {
      // A damaged journal is told elsewhere.
    }
    witness.readAgain(facts)
  }

  func turn(in world: inout WorldState) throws(ProgramEnd) {
    guard let life else { return }
    let (boot, wall) = (clock.boot(at: world.now), clock.wall(at: world.now))
    life.host.note(usage: nil)
    if life.isAskedToEnd {
      life.host.lastTurn(bootNanos: boot, wallNanos: wall)
      try carryOut(life, in: &world)
      throw .exited(code: 0, "ended as asked")
    }
    life.host.beginTurn(bootNanos: boot, wallNanos: wall)
    if let reading = life.reading {
      life.host.takeRows(reading, trouble: nil)
      life.reading = nil
    }
    try takeIn(life, Arrival(wallNanos: wall), in: &world)
    try carryOut(life, in: &world)
    witness.turnOver(life.host, life.journal.standing.isStored, world.now)
    forgetCut(life)
    life.host.noteTurn(nanos: 0)
  }

  /// What has arrived, by priority: links and the control port, topics other than market data, market data.
  private func takeIn(
    _ life: ProgramLife<Core>, _ arrival: Arrival, in world: inout WorldState
  ) throws(ProgramEnd) {
    for index in life.inbox.links.indices {
      var taken = 0
      while life.host.hasRoom(after: taken), let letter = life.inbox.links[index].next() {
        world.network.noteTaken(letter.connection, toServer: false, generation: letter.generation)
        witness.took(letter.parcel.frame, world.now)
        // The array lives through the call.
        taken += life.host.takeFromLink(index, letter.parcel.frame.span.bytes, arrival)
      }
    }
    var taken = 0
    while life.host.hasRoom(after: taken), let (caller, letter) = life.inbox.control.next() {
      world.network.noteTaken(letter.connection, toServer: true, generation: letter.generation)
      witness.took(letter.parcel.frame, world.now)
      taken += life.host.takeFromCaller(
        caller.span.bytes, isDelimited: false, letter.parcel.frame.span.bytes, arrival)
    }
    try reach(.afterReceive)
    _ = takePublished(life, isMarket: false, arrival, in: &world)
    let hasReadAll = takePublished(life, isMarket: true, arrival, in: &world)
    life.host.endTurn(hasReadAll: hasReadAll)
  }

  private func takePublished(
    _ life: ProgramLife<Core>, isMarket: Bool, _ arrival: Arrival, in world: inout WorldState
  ) -> Bool {
    for _ in 0..<HostCore<Core>.batchLimit where life.host.hasRoom {
      guard let letter = isMarket ? life.inbox.market.next() : life.inbox.other.next() else { return true }
      world.network.noteTaken(letter.connection, toServer: false, generation: letter.generation)
      guard let topic = letter.parcel.topic else { continue }
      witness.tookPublished(topic, letter.parcel.frame, world.now)
      life.host.takePublished(
        topic: topic.bytes, letter.parcel.frame.span.bytes, isMarket: isMarket, arrival)
    }
    return isMarket ? life.inbox.market.isEmpty : life.inbox.other.isEmpty
  }

  private func forgetCut(_ life: ProgramLife<Core>) {
    guard life.journal.cutTurns > 0, life.journal.standing.isStored, life.host.core.hasMadeGoodTheCut else {
      return
    }
    life.journal.cutTurns = 0
    marks.cutTurns = 0
  }

  private func reach(_ point: CrashPoint) throws(ProgramEnd) {
    guard trigger?.comes(to: point) ?? false else { return }
    trigger = nil
    hasReached = true
    throw .killed
  }
}

// MARK: - Effects

extension SimulatedProcess {
  private func carryOut(_ life: ProgramLife<Core>, in world: inout WorldState) throws(ProgramEnd) {
    life.refused.reset()
    hasWritten = false
    let sent = clock.wall(at: world.now)
    for index in life.host.outgoing.effects.indices {
      switch life.host.outgoing.effects[index] {
      case .transmit(let transmission):
        life.host.stampSent(transmission, wallNanos: sent)
        transmit(transmission, life, in: &world)
      case .append(let flushing): try append(life, flushing: flushing, in: &world)
      case .pass(let point): try reach(point)
      case .log(let level, let event, let text):
        world.trace.log(seat.node, at: world.now, "\(level) \(event): \(text)")
      case .readRows(let after, let count): life.reading = rows(life, after: after, atMost: count)
      case .saveSnapshot: try saveSnapshot(life, in: &world)
      case .keepJournal, .writeStatistics, .leaveIfUnsupervised: break
      case .stop(let reason):
        world.trace.log(seat.node, at: world.now, "stop: \(reason)")
        life.isAskedToEnd = true
      }
    }
    try follow(life)
    for (transmission, reason) in life.refused.all { life.host.noteRefused(transmission, reason) }
  }

  private func transmit(
    _ transmission: Transmission, _ life: ProgramLife<Core>, in world: inout WorldState
  ) {
    if let reason = life.refused.reason(transmission.outlet) {
      return life.refused.add(transmission, reason)
    }
    let frame =
      switch transmission.arena {
      case .core:
        life.host.effects.frames.span(from: transmission.offset, count: transmission.count).copiedBytes()
      case .host:
        life.host.outgoing.frames.span(from: transmission.offset, count: transmission.count).copiedBytes()
      }
    world.hash.add(frame, node: seat.node, at: world.now)
    let refusal: NotSent?
    var receiver: UInt16?
    switch transmission.outlet {
    case .topic(let topic):
      world.publish(life.host.topicNames[topic], frame, from: seat.node)
      refusal = nil
    case .link(let link):
      refusal = world.call(link: link, of: seat.node, frame)
      receiver = seat.wiring.links[link].component
    case .caller(let handle):
      if let route = life.host.caller(handle) {
        refusal = world.answer(route.identity, from: seat.node, frame)
        receiver = callers.first { $0.name == route.identity }?.component
      } else {
        refusal = .noPeer
      }
    case .device: refusal = .noPeer
    }
    if let refusal { return life.refused.add(transmission, refusal) }
    witness.sent(frame, receiver, clock, world.now)
  }

  private func append(
    _ life: ProgramLife<Core>, flushing: Bool, in world: inout WorldState
  ) throws(ProgramEnd) {
    do throws(JournalError) { try life.journal.append(life.host.record, flushing: flushing) } catch {
      throw failed(error)
    }
    life.owesFollowing = true
    hasWritten = true
    world.hash.add(life.host.record.bytes.copiedBytes(), node: seat.node, at: world.now)
    toldRow = max(toldRow, life.host.record.lastRow)
    witness.stored(life.host.record, world.now)
  }

  private func follow(_ life: ProgramLife<Core>) throws(ProgramEnd) {
    guard life.owesFollowing else { return }
    life.owesFollowing = false
    do throws(JournalError) { try life.journal.follow(life.host.record) } catch { throw failed(error) }
  }

  private func saveSnapshot(_ life: ProgramLife<Core>, in world: inout WorldState) throws(ProgramEnd) {
    try follow(life)
    var writer = SnapshotWriter()
    life.host.core.save(into: &writer)
    do throws(JournalError) {
      try life.journal.saveSnapshot(of: writer.bytes.span.bytes, wallNanos: life.host.turnTime.wall)
    } catch {
      throw failed(error)
    }
  }

  private func rows(
    _ life: ProgramLife<Core>, after: Int64, atMost count: Int
  ) -> [(JournalRow, [UInt8])] {
    var rows: [(JournalRow, [UInt8])] = []
    do throws(JournalError) {
      _ = try life.journal.forEachRow(after: after, limit: count) { row, body in
        rows.append((row, body.copiedBytes()))
      }
    } catch {
      // What came before it is given; the reader asks again from there.
    }
    return rows
  }

  private func failed(_ error: JournalError) -> ProgramEnd {
    drive.disk.isStopped ? .killed : .exited(code: SimulatedOpening.environment, "\(error)")
  }
}
