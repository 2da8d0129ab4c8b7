import Trading
import Wire

extension Trading.VenueCapabilities {
  /// As a venue tells them; nil for what makes no sense. A word that this program does not know counts as the
  /// least that a venue could mean by it.
  public init?(_ message: Wire.VenueCapabilities) {
    guard message.recvWindowNanos.map({ $0 > 0 }) ?? (message.doubt != .window) else { return nil }
    var deadMan: DeadMan?
    switch (message.shortestDeadManNanos, message.longestDeadManNanos) {
    case (nil, nil): break
    case (let shortest?, let longest?) where shortest > 0 && shortest <= longest:
      deadMan = DeadMan(
        shortestNanos: shortest, longestNanos: longest,
        kills: DeadMan.Orders(rawValue: message.deadManKills.rawValue))
    default: return nil
    }
    var budget: MessageBudget?
    switch (message.messagesPerSecond, message.messageBurst) {
    case (nil, nil): break
    case (let rate?, let burst?) where rate > 0 && burst > 0:
      budget = MessageBudget(perSecond: Int64(rate), burst: Int64(burst))
    default: return nil
    }
    self.init(
      orderTypes: OrderTypes(rawValue: message.orderTypes.rawValue),
      timesInForce: TimesInForce(rawValue: message.timesInForce.rawValue),
      execInsts: ExecInsts(rawValue: message.execInsts.rawValue),
      orderLists: OrderLists(rawValue: message.orderLists.rawValue), amend: Amend(message.amend),
      clientIDs: ClientIDs(
        longest: Int(message.longestClOrdID),
        characters: ClientIDs.Characters(rawValue: message.clOrdIDCharacters.rawValue),
        rule: message.clOrdIDRule == .uniqueAmongOpen ? .uniqueAmongOpen : .uniqueEver),
      recvWindowNanos: message.recvWindowNanos, doubt: Doubt(message.doubt), deadMan: deadMan,
      counts: Counts(
        openOrders: message.maxOpenOrders.map(Int.init),
        conditionalOrders: message.maxConditionalOrders.map(Int.init)), messageBudget: budget)
  }
}

extension Wire.VenueCapabilities {
  /// As they are told about an account.
  public init(_ capabilities: Trading.VenueCapabilities, account: UInt16, envelope: Envelope) {
    self.init(
      envelope: envelope, account: account,
      orderTypes: OrdTypeCodes(rawValue: capabilities.orderTypes.rawValue),
      timesInForce: TimeInForceCodes(rawValue: capabilities.timesInForce.rawValue),
      execInsts: ExecInst(rawValue: capabilities.execInsts.rawValue),
      orderLists: OrderListCodes(rawValue: capabilities.orderLists.rawValue),
      amend: AmendCode(capabilities.amend), longestClOrdID: UInt32(clamping: capabilities.clientIDs.longest),
      clOrdIDCharacters: ClOrdIDCharacters(rawValue: capabilities.clientIDs.characters.rawValue),
      clOrdIDRule: capabilities.clientIDs.rule == .uniqueEver ? .uniqueEver : .uniqueAmongOpen,
      recvWindowNanos: capabilities.recvWindowNanos, doubt: DoubtCode(capabilities.doubt),
      shortestDeadManNanos: capabilities.deadMan?.shortestNanos,
      longestDeadManNanos: capabilities.deadMan?.longestNanos,
      deadManKills: OrderKinds(rawValue: capabilities.deadMan?.kills.rawValue ?? 0),
      maxOpenOrders: capabilities.counts.openOrders.map { UInt32(clamping: $0) },
      maxConditionalOrders: capabilities.counts.conditionalOrders.map { UInt32(clamping: $0) },
      messagesPerSecond: capabilities.messageBudget.map { UInt32(clamping: $0.perSecond) },
      messageBurst: capabilities.messageBudget.map { UInt32(clamping: $0.burst) })
  }
}

extension Trading.VenueCapabilities.Amend {
  fileprivate init(_ code: AmendCode) {
    switch code {
    case .none, .unrecognized: self = .none
    case .losesPriority: self = .losesPriority
    case .keepsPriority: self = .keepsPriority
    }
  }
}

extension AmendCode {
  fileprivate init(_ amend: Trading.VenueCapabilities.Amend) {
    switch amend {
    case .none: self = .none
    case .losesPriority: self = .losesPriority
    case .keepsPriority: self = .keepsPriority
    }
  }
}

extension Trading.VenueCapabilities.Doubt {
  fileprivate init(_ code: DoubtCode) {
    switch code {
    case .none, .unrecognized: self = .none
    case .sequence: self = .sequence
    case .window: self = .window
    }
  }
}

extension DoubtCode {
  fileprivate init(_ doubt: Trading.VenueCapabilities.Doubt) {
    switch doubt {
    case .none: self = .none
    case .sequence: self = .sequence
    case .window: self = .window
    }
  }
}
