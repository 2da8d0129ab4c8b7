/// The life of one order as the facts known about it. The status is derived, never stored, so the order in
/// which the venue's reports arrive does not matter: a late acknowledgement cannot undo a fill, and a bust
/// may lower the status.
///
/// Make it *before* the order is sent, and apply each request before sending it: then no answer can find it
/// missing. A position changes only by the effects `apply` returns, which name each execution once.
public struct OrderState: Equatable, Sendable {
  /// What the order is for now: as first sent, or as last replaced. A replace below what is executed means
  /// what is executed.
  public private(set) var quantity: Quantity
  /// Sum of the executions that stand (FIX field 14).
  public internal(set) var cumQuantity: Quantity = .zero
  /// Sum of price times quantity of the executions that stand.
  public internal(set) var cumNotional: Notional = .zero
  /// By id. Grows with every execution of the order, of which there are at most as many as smallest lots in
  /// it.
  public internal(set) var executions: [Execution] = []
  /// Cancels and replaces without an answer, by id; at most `mostPending`.
  public internal(set) var pending: [PendingRequest] = []
  /// All that was ever odd.
  public internal(set) var anomalies: OrderAnomalies = []
  var ends: Ends = []
  var marks: Marks = []

  /// How many requests may be unanswered at once; ask `canRequest` before another.
  public static let mostPending = 8

  public init(quantity: Quantity) {
    precondition(quantity.isPositive, "an order is for a positive quantity, not \(quantity)")
    self.quantity = quantity
  }

  struct Ends: OptionSet {
    let rawValue: UInt8
    static let denied = Ends(rawValue: 1)
    static let rejected = Ends(rawValue: 2)
    static let expired = Ends(rawValue: 4)
    static let canceled = Ends(rawValue: 8)
  }

  struct Marks: OptionSet {
    let rawValue: UInt8
    static let accepted = Marks(rawValue: 1)
    static let newInDoubt = Marks(rawValue: 2)
    static let triggered = Marks(rawValue: 4)
    static let stopped = Marks(rawValue: 8)
    static let suspended = Marks(rawValue: 16)
    static let doneForDay = Marks(rawValue: 32)
    static let calculated = Marks(rawValue: 64)
    static let halting: Marks = [.stopped, .suspended, .doneForDay, .calculated]
  }
}

// What the facts amount to.
extension OrderState {
  /// The status of highest precedence that holds. Marks such as *done for day* describe a live order, so an
  /// end overrules them.
  public var status: OrderStatus {
    if hasDoubt && !worstCaseOpen.isZero { return .inDoubt }
    let isLive = end == nil
    if isLive && pending.contains(where: { $0.replaceQuantity == nil }) { return .pendingCancel }
    if isLive && !pending.isEmpty { return .pendingReplace }
    if isLive && marks.contains(.doneForDay) { return .doneForDay }
    if isLive && marks.contains(.calculated) { return .calculated }
    if cumQuantity >= quantity { return .filled }
    if let end { return end }
    // The guarantee is used up by the first execution: FIX appendix D goes from Stopped to PartiallyFilled.
    if marks.contains(.stopped) && cumQuantity.isZero { return .stopped }
    if marks.contains(.suspended) { return .suspended }
    if cumQuantity.isPositive { return .partiallyFilled }
    if marks.contains(.triggered) { return .triggered }
    return isAccepted ? .new : .pendingNew
  }

  /// What the venue still works on (FIX field 151): nothing once the order has ended or is done for the day.
  public var leavesQuantity: Quantity {
    guard end == nil, marks.isDisjoint(with: [.doneForDay, .calculated]) else { return .zero }
    return max(quantity - cumQuantity, .zero)
  }

  /// The most that may still be executed, for limits: until there is proof of an end everything counts, also
  /// what is in doubt, done for the day, or only asked for by an unanswered replace.
  public var worstCaseOpen: Quantity {
    guard end == nil else { return .zero }
    let largest = pending.reduce(quantity) { max($0, $1.replaceQuantity ?? .zero) }
    return max(largest - cumQuantity, .zero)
  }

  /// The exact average of the executions that stand; nil when there are none, which is not a price of zero.
  public var averagePrice: AveragePrice? { AveragePrice(cumNotional, per: cumQuantity) }

  /// The venue is known to have taken the order.
  public var isAccepted: Bool { marks.contains(.accepted) }

  /// A cancel or replace may be sent. At `mostPending` unanswered ones the venue is deaf, and one more will
  /// not help.
  public var canRequest: Bool { end == nil && pending.count < Self.mostPending }

  /// Quantity may still be open.
  public var isOpen: Bool { !worstCaseOpen.isZero }

  /// How the order ended, nil when it has not. Executions that stand overrule a rejection and a denial.
  private var end: OrderStatus? {
    if ends.contains(.canceled) { return .canceled }
    if ends.contains(.expired) { return .expired }
    guard cumQuantity.isZero else { return nil }
    if ends.contains(.rejected) { return .rejected }
    return ends.contains(.denied) ? .denied : nil
  }

  /// A new order in doubt is settled by any word of the venue on it, a request by the answer to it.
  private var hasDoubt: Bool {
    (marks.contains(.newInDoubt) && !isAccepted) || pending.contains { $0.isInDoubt }
  }
}

extension OrderState {
  /// Takes in one fact and says what it changed outside. Taking the same fact in twice changes nothing.
  public mutating func apply(_ fact: OrderFact) -> OrderEffect {
    var effect = OrderEffect()
    switch fact {
    case .denied: effect.anomalies = close(.denied)
    case .cancelRequested(let id): request(id, replaceQuantity: nil)
    case .replaceRequested(let id, let quantity): request(id, replaceQuantity: quantity)
    case .newInDoubt: marks.insert(.newInDoubt)
    case .requestInDoubt(let id): effect.anomalies = doubt(id)
    case .accepted: marks.insert(.accepted)
    case .rejected: effect.anomalies = close(.rejected)
    case .executed(let id, let quantity, let price): effect = execute(id, quantity, price)
    case .busted(let id): effect = bust(id)
    case .corrected(let id, let quantity, let price): effect = correct(id, quantity, price)
    case .canceled(let id):
      if let id, end == nil { effect.anomalies = answer(id) }
      effect.anomalies.formUnion(close(.canceled))
    case .cancelRejected(let id), .replaceRejected(let id): if end == nil { effect.anomalies = answer(id) }
    case .replaced(let id, let quantity): effect.anomalies = replace(id, quantity)
    case .expired: effect.anomalies = close(.expired)
    case .triggered: mark(.triggered)
    case .stopped: mark(.stopped)
    case .suspended: mark(.suspended)
    case .doneForDay: mark(.doneForDay)
    case .calculated: mark(.calculated)
    case .resumed:
      marks.insert(.accepted)
      marks.subtract(.halting)
    }
    anomalies.formUnion(effect.anomalies)
    return effect
  }

  private mutating func mark(_ mark: Marks) { marks.formUnion([mark, .accepted]) }

  private mutating func close(_ end: Ends) -> OrderAnomalies {
    var odd: OrderAnomalies = []
    if !ends.isSubset(of: end) { odd.insert(.conflictingEnds) }
    if end == .rejected && cumQuantity.isPositive { odd.insert(.rejectedAndFilled) }
    ends.formUnion(end)
    if end == .canceled || end == .expired { marks.insert(.accepted) }
    if self.end != nil { pending = [] }
    return odd
  }
}

// Cancels and replaces.
extension OrderState {
  private mutating func request(_ id: ClOrdID, replaceQuantity: Quantity?) {
    if let replaceQuantity {
      precondition(
        replaceQuantity.isPositive, "replace \(id) asks for \(replaceQuantity), which is not positive")
    }
    // Nothing can be pending on what has ended; the venue will refuse the request.
    guard end == nil, !pending.contains(where: { $0.id == id }) else { return }
    precondition(
      pending.count < Self.mostPending, "\(pending.count) requests are unanswered, \(id) is one too many")
    let index = pending.firstIndex { $0.id > id } ?? pending.endIndex
    pending.insert(PendingRequest(id: id, replaceQuantity: replaceQuantity, isInDoubt: false), at: index)
  }

  private mutating func doubt(_ id: ClOrdID) -> OrderAnomalies {
    guard end == nil else { return [] }
    guard let index = pending.firstIndex(where: { $0.id == id }) else { return .unknownRequest }
    pending[index].isInDoubt = true
    return []
  }

  private mutating func answer(_ id: ClOrdID) -> OrderAnomalies {
    guard let index = pending.firstIndex(where: { $0.id == id }) else { return .unknownRequest }
    pending.remove(at: index)
    return []
  }

  private mutating func replace(_ id: ClOrdID, _ newQuantity: Quantity) -> OrderAnomalies {
    let odd = end == nil ? answer(id) : []
    marks.insert(.accepted)
    guard newQuantity.isPositive else { return odd.union(.impossibleQuantity) }
    quantity = max(newQuantity, cumQuantity)
    return odd
  }
}

// Executions, busts and corrections.
extension OrderState {
  private mutating func execute(_ id: ExecID, _ quantity: Quantity, _ price: Price) -> OrderEffect {
    let index = firstExecution(notBefore: id)
    let isKnown = index < executions.count && executions[index].id == id
    if isKnown && executions[index].isReported {
      let isSame = executions[index].quantity == quantity && executions[index].price == price
      return OrderEffect(anomalies: isSame ? .duplicateExecution : .conflictingExecution)
    }
    guard quantity.isPositive else { return OrderEffect(anomalies: .impossibleQuantity) }
    if isKnown {
      executions[index].quantity = quantity
      executions[index].price = price
      executions[index].isReported = true
      return OrderEffect()
    }
    guard let cum = cumQuantity.adding(quantity) else { return OrderEffect(anomalies: .impossibleQuantity) }
    var odd: OrderAnomalies = []
    if !ends.isDisjoint(with: [.canceled, .expired, .denied]) { odd.insert(.fillAfterEnd) }
    if ends.contains(.rejected) { odd.insert(.rejectedAndFilled) }
    if cum > self.quantity { odd.insert(.overfill) }
    marks.insert(.accepted)
    cumQuantity = cum
    cumNotional += price * quantity
    executions.insert(
      Execution(id: id, quantity: quantity, price: price, isBusted: false, isReported: true), at: index)
    return OrderEffect(done: OrderEffect.Fill(quantity: quantity, price: price), anomalies: odd)
  }

  private mutating func bust(_ id: ExecID) -> OrderEffect {
    let index = firstExecution(notBefore: id)
    guard index < executions.count, executions[index].id == id else {
      executions.insert(
        Execution(id: id, quantity: .zero, price: .zero, isBusted: true, isReported: false), at: index)
      marks.insert(.accepted)
      return OrderEffect(anomalies: .bustBeforeFill)
    }
    guard !executions[index].isBusted else { return OrderEffect() }
    executions[index].isBusted = true
    return OrderEffect(undone: takeBack(executions[index]))
  }

  private mutating func correct(_ id: ExecID, _ quantity: Quantity, _ price: Price) -> OrderEffect {
    let index = firstExecution(notBefore: id)
    // A correction of an execution we never saw tells us of the execution.
    guard index < executions.count, executions[index].id == id, executions[index].isReported else {
      return execute(id, quantity, price)
    }
    let old = executions[index]
    guard !old.isBusted, old.quantity != quantity || old.price != price else { return OrderEffect() }
    guard quantity.isPositive, let cum = (cumQuantity - old.quantity).adding(quantity) else {
      return OrderEffect(anomalies: .impossibleQuantity)
    }
    let undone = takeBack(old)
    cumQuantity = cum
    cumNotional += price * quantity
    executions[index].quantity = quantity
    executions[index].price = price
    return OrderEffect(
      undone: undone, done: OrderEffect.Fill(quantity: quantity, price: price),
      anomalies: cum > self.quantity ? .overfill : [])
  }

  private mutating func takeBack(_ execution: Execution) -> OrderEffect.Fill {
    cumQuantity -= execution.quantity
    cumNotional -= execution.price * execution.quantity
    return OrderEffect.Fill(quantity: execution.quantity, price: execution.price)
  }

  /// Ids mostly grow, so the index is nearly always the end.
  private func firstExecution(notBefore id: ExecID) -> Int {
    guard let last = executions.last, last.id >= id else { return executions.count }
    var low = 0
    var high = executions.count
    while low < high {
      let middle = (low + high) / 2
      if executions[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
