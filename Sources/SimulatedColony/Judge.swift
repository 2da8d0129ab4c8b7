import ActorKit
import HostKit
import OrderExecutor
import Records
import Trading
import VenueSimulator
import Vocabulary
import Wire

/// Holds what leaves the programs and lies on their disks against what is so at the venues, all along.
///
/// It sees frames and facts, as somebody beside the programs would; of their state it looks at nothing before
/// the end.
final class Judge {
  private(set) var judgement = Judgement()
  private(set) var truth = VenueTruth()
  /// Where something has changed in the venue's present turn.
  private var changed: Set<VenueTruth.Holding> = []
  /// By component number of the executor. Iterated in sorted order only, so that runs repeat.
  private(set) var files: [UInt16: ExecutorFile] = [:]
  /// By component number: what it owes its peers.
  private var lanes: [UInt16: LaneWatch] = [:]
  private var streams: [UInt16: StreamWatch] = [:]
  private var holders = HolderWatch()
  /// Since when an executor has been without a new permit.
  private var waitingSince: [UInt16: Int64] = [:]
  private let caps: [VenueTruth.Holding: Quantity]
  /// Risk's own, which are narrower.
  private let limits: [VenueTruth.Holding: Quantity]
  /// What is less than this is dust: nobody protects or counts it.
  private let dust: [UInt32: Quantity]
  private let closesExits: Bool
  private let guardsStops: Bool
  /// A disk was full: a journal may be missing then.
  private var isExcused = false
  /// When the last fault was over, or began.
  var lastTrouble: Int64 = 0
  private(set) var lastOrder: Int64 = 0
  private(set) var orderCount = 0

  /// So long after the last fault a stop may be missing: a time-out, a fence and a query (docs/CHAOS.md).
  static let bareNanos: Int64 = 15 * .nanosPerSecond
  /// A person waits so long for an executor's permit before it is started again.
  static let permitNanos: Int64 = 10 * .nanosPerSecond

  init(
    _ executors: [OrderExecutor.Configuration], limits: [VenueTruth.Holding: Quantity],
    dust: [UInt32: Quantity], venue capabilities: Trading.VenueCapabilities
  ) {
    var caps: [VenueTruth.Holding: Quantity] = [:]
    for executor in executors {
      files[executor.component] = ExecutorFile(account: executor.account.number)
      for cap in executor.caps {
        let holding = VenueTruth.Holding(account: executor.account.number, instrument: cap.instrument)
        caps[holding] = cap.maxPosition
      }
    }
    self.caps = caps
    self.limits = limits
    self.dust = dust
    closesExits = !capabilities.hasReduceOnly
    guardsStops = capabilities.hasStops
  }

  func hold(_ rule: SeedRule, at moment: Int64, _ isKept: Bool, _ text: @autoclosure () -> String) {
    judgement.holds(rule, at: moment, isKept, text())
  }
}

// MARK: - Lives

extension Judge {
  /// An incarnation has begun.
  func noteStart(_ name: String, _ impairment: String?, at moment: Int64) {
    hold(
      .recovered, at: moment, impairment == nil || isExcused,
      "\(name) comes back without its journal: \(impairment ?? "")")
  }

  /// A program has ended: of a kill, as asked, or because its disk is full.
  func noteEnd(_ name: String, _ end: ProgramEnd, isDiskFull: Bool, at moment: Int64) {
    guard case .exited(let code, let text) = end, code != 0 else { return }
    isExcused = isExcused || isDiskFull
    hold(.recovered, at: moment, isDiskFull, "\(name) ends with \(code): \(text)")
  }
}

// MARK: - What all programs do

extension Judge {
  func began(_ component: UInt16, _ name: String, _ recovered: HostState, isStored: Bool) {
    lanes[component, default: LaneWatch(name: name)].begin(recovered, isStored: isStored)
    streams[component, default: StreamWatch(name: name)].begin()
  }

  func stored(_ component: UInt16, _ mark: JournalMark) { lanes[component]?.note(mark) }
  func took(_ component: UInt16, _ frame: [UInt8]) { lanes[component]?.took(frame) }

  func sent(_ component: UInt16, _ frame: [UInt8], to receiver: UInt16?, at moment: Int64) {
    if let receiver { lanes[component]?.sent(frame, to: receiver, at: moment, &judgement) }
  }

  /// The queen has sent something to somebody.
  func sentAsQueen(_ frame: [UInt8], at moment: Int64) {
    if case .permit(let view)? = Inbound(frame.span.bytes) { holders.take(view.block, at: moment, &judgement) }
  }

  func took(_ component: UInt16, _ topic: Topic, _ frame: [UInt8]) { streams[component]?.took(topic, frame) }

  func endTurn<Core: ActorCore>(
    _ component: UInt16, _ host: borrowing HostCore<Core>, isStored: Bool, at moment: Int64
  ) {
    if !isStored { lanes[component]?.lose() }
    lanes[component]?.endTurn(host, at: moment, &judgement)
    streams[component]?.endTurn(gaps: host.streamGaps, at: moment, &judgement)
  }
}

// MARK: - What executors do

extension Judge {
  func began(_ component: UInt16, epoch: UInt32) { files[component]?.begin(epoch: epoch) }

  func read(again component: UInt16, _ facts: [ExecutorFact]) { files[component]?.read(again: facts) }

  func tookAsExecutor(_ component: UInt16, _ frame: [UInt8], at moment: Int64) {
    guard case .permit(let permit)? = Inbound(frame.span.bytes) else { return }
    if permit.block.act == .grant, permit.block.holderEpoch == files[component]?.epoch {
      expectPermit(component, at: moment)
    }
    files[component]?.take(permit.block)
  }

  /// Whether an executor has waited for a permit longer than it must after any fault.
  func hasNoPermit(_ component: UInt16, at moment: Int64) -> Bool {
    moment - (waitingSince[component] ?? 0) > Self.permitNanos
  }

  /// It has one now, or begins to wait anew.
  func expectPermit(_ component: UInt16, at moment: Int64) { waitingSince[component] = moment }

  func stored(_ component: UInt16, _ fact: ExecutorFact, at moment: Int64) {
    files[component]?.take(fact, at: moment, &judgement)
  }

  /// A frame that an executor has sent over a link.
  func sent(_ component: UInt16, _ frame: [UInt8], _ clock: SimulatedClock, at moment: Int64) {
    guard case .newOrder(let order)? = Inbound(frame.span.bytes), let file = files[component],
      let id = ClOrdID(order.block.clOrdID)
    else { return }
    orderCount += 1
    lastOrder = moment
    guard let created = file.created[id] else {
      return hold(.journaled, at: moment, false, "order \(id) leaves, and the disk does not know it")
    }
    hold(.journaled, at: moment, true, "")
    guard created.purpose == .quote || created.purpose == .entry else { return }
    hold(
      .halted, at: moment, !file.isHalted(created),
      "\(created.purpose) \(id) leaves while \(file.halts + file.panics) is halted")
    judgePermit(created, file, boot: clock.boot(at: moment), at: moment)
  }

  /// What only reduces may rest on a permit for twice its life.
  private func judgePermit(_ order: CreatedOrder, _ file: ExecutorFile, boot: Int64, at moment: Int64) {
    guard let grant = file.grant else {
      return hold(.permitted, at: moment, false, "\(order.purpose) \(order.id) leaves without any permit")
    }
    let position = truth.position(
      VenueTruth.Holding(account: file.account, instrument: order.instrument))
    let reduces = order.side == .buy ? position.isNegative : position.isPositive
    let lives: Int64 = reduces ? 2 : 1
    let age = boot - grant.askedBoot
    hold(
      .permitted, at: moment, age <= lives * grant.life && (grant.level == .open || reduces),
      "\(order.purpose) \(order.id) leaves \(age / .nanosPerMilli) ms after the permit \(grant.level) was"
        + " asked for, which lives for \(grant.life / .nanosPerMilli) ms")
  }
}

// MARK: - What is so at the venues

extension Judge {
  func stored(_ fact: VenueFact, at moment: Int64) {
    if case .accepted(let order) = fact { judgeAcceptance(order, at: moment) }
    truth.apply(fact)
    switch fact {
    case .accepted(let order): changed.insert(.init(account: order.account, instrument: order.instrument))
    case .trade(let trade): changed.insert(.init(account: trade.account, instrument: trade.instrument))
    default: break
    }
  }

  /// What stands after a turn of the venue counts, not what stands between two facts of it.
  func endVenueTurn(at moment: Int64) {
    guard !changed.isEmpty else { return }
    for holding in changed.sorted(by: { ($0.account, $0.instrument) < ($1.account, $1.instrument) }) {
      judgeChange(holding.account, holding.instrument, at: moment)
    }
    changed.removeAll(keepingCapacity: true)
  }

  private func judgeAcceptance(_ order: VenueOrder, at moment: Int64) {
    guard let id = ClOrdID(order.clOrdID) else { return }
    hold(
      .onceAtVenue, at: moment, !truth.accepted.contains(id), "the venue accepts order \(id) a second time")
    let isKnown = files.values.contains { $0.created[id] != nil }
    hold(.onceAtVenue, at: moment, isKnown, "the venue accepts order \(id), which no executor's disk knows")
  }

  private func owner(of account: UInt16) -> UInt16? { files.first { $0.value.account == account }?.key }

  private func judgeChange(_ account: UInt16, _ instrument: UInt32, at moment: Int64) {
    guard !truth.handTraded.contains(account), let component = owner(of: account),
      let file = files[component]
    else { return }
    let holding = VenueTruth.Holding(account: account, instrument: instrument)
    guard let cap = caps[holding] else { return }
    let position = truth.position(holding)
    var (buys, sells) = (Quantity.zero, Quantity.zero)
    for order in truth.open.values where order.account == account && order.instrument == instrument {
      guard opens(order, file) else { continue }
      if order.side == .buy { buys = buys + order.rest } else { sells = sells + order.rest }
    }
    hold(
      .capped, at: moment, position + buys <= cap && sells - position <= cap,
      "instrument \(instrument) has \(position), buys \(buys) and sells \(sells); the cap is \(cap)")
    if let limit = limits[holding], !file.quoted.contains(instrument) {
      hold(
        .limited, at: moment, position + buys <= limit && sells - position <= limit,
        "instrument \(instrument) has \(position), entries for \(buys) and \(sells); risk's limit is"
          + " \(limit)")
    }
    if closesExits { judgeExits(file, instrument, at: moment) }
  }

  /// Stops and targets close what there is, and have a rule of their own.
  private func opens(_ order: VenueTruth.Order, _ file: ExecutorFile) -> Bool {
    guard !order.isReduceOnly, let id = order.clOrdID, let created = file.created[id] else {
      return !order.isReduceOnly
    }
    return created.purpose == .quote || created.purpose == .entry
  }

  private func judgeExits(_ file: ExecutorFile, _ instrument: UInt32, at moment: Int64) {
    for id in file.activeIntents {
      guard let intent = file.intents[id], intent.instrument == instrument else { continue }
      var legs = Quantity.zero
      for order in intent.orders where order != intent.entry {
        guard let number = truth.numbers[order], let its = truth.open[number], !its.isReduceOnly else {
          continue
        }
        // Of a pair one takes from the other.
        if let partner = its.partner, truth.open[partner] != nil, !its.isStop { continue }
        legs = legs + its.rest
      }
      guard legs.isPositive else { continue }
      let open = truth.open(of: intent)
      let most = max(.zero, open) + (dust[instrument] ?? .zero)
      hold(
        .exits, at: moment, legs <= most,
        "\(legs) can be filled against the \(open) that intent \(id) has open")
    }
  }
}

// MARK: - What lasts

extension Judge {
  /// Looks at what should not stay as it is.
  func look(at moment: Int64) {
    guard guardsStops else { return }
    for component in files.keys.sorted() {
      guard let file = files[component] else { continue }
      for id in file.activeIntents { judgeProtection(id, component, file, at: moment) }
      files[component]?.dropOver(truth)
    }
  }

  private func judgeProtection(
    _ id: IntentID, _ component: UInt16, _ file: ExecutorFile, at moment: Int64
  ) {
    guard let intent = file.intents[id], intent.hasStop, !intent.isProtectionOver else { return }
    var covered = Quantity.zero
    for order in intent.orders {
      guard let number = truth.numbers[order], let its = truth.open[number], its.isStop else { continue }
      covered = covered + its.rest
    }
    let open = truth.open(of: intent)
    let isBare = open > covered + (dust[intent.instrument] ?? .zero) && !file.isLeftBare(intent)
    guard isBare else {
      if open.isPositive { hold(.protected, at: moment, true, "") }
      files[component]?.intents[id]?.bareSince = nil
      return
    }
    guard let since = intent.bareSince else {
      files[component]?.intents[id]?.bareSince = moment
      return
    }
    let isLate = moment - max(since, lastTrouble) > Self.bareNanos
    guard isLate else { return }
    files[component]?.intents[id]?.bareSince = moment
    hold(
      .protected, at: moment, false,
      "intent \(id) has \(open) open and \(covered) under stops, for"
        + " \((moment - since) / .nanosPerMilli) ms")
  }

  /// Whether an executor's books are what is so at its venue; nil when they are, else what differs.
  func difference(_ books: ExecutorBooks, of component: UInt16) -> String? {
    for holding in truth.positions.keys.sorted(by: { $0.instrument < $1.instrument })
    where holding.account == books.account {
      let (own, theirs) = (books.ledger[holding.instrument].quantity, truth.position(holding))
      guard own == theirs else {
        return "instrument \(holding.instrument): position \(own) in the books, \(theirs) at the venue"
      }
      let booked = files[component]?.booked.count { $0.instrument == holding.instrument } ?? 0
      let traded = truth.executions[holding]?.count ?? 0
      guard booked == traded else {
        return "instrument \(holding.instrument): \(booked) executions booked, \(traded) at the venue"
      }
    }
    guard books.inDoubtCount == 0 else { return "\(books.inDoubtCount) orders are in doubt" }
    let own = Set(books.open.map(\.id))
    let theirs = Set(truth.open.values.filter { $0.account == books.account }.compactMap(\.clOrdID))
    guard own == theirs else {
      return "open in the books only: \(own.subtracting(theirs).sorted()), at the venue only:"
        + " \(theirs.subtracting(own).sorted())"
    }
    return nil
  }

  /// Orders at a venue that neither stop nor target of an intent is.
  func openUnprotecting() -> [ClOrdID] {
    truth.open.values.compactMap(\.clOrdID).filter { id in
      let purpose = files.values.lazy.compactMap { $0.created[id] }.first?.purpose
      return purpose != .stopLoss && purpose != .takeProfit
    }.sorted()
  }
}
