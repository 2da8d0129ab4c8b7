/// What a venue can, as data: the executor and the checks of a topology decide by it, and by nothing else
/// that they believe of a venue.
///
/// A venue tells it. A topology may narrow it and never widens it: what both have is what is used.
public struct VenueCapabilities: Equatable, Sendable {
  public var orderTypes: OrderTypes
  public var timesInForce: TimesInForce
  public var execInsts: ExecInsts
  public var orderLists: OrderLists
  public var amend: Amend
  public var clientIDs: ClientIDs
  /// The longest receive window that a request may name, ns; nil where requests do not expire.
  public var recvWindowNanos: Int64?
  public var doubt: Doubt
  /// What it cancels when it hears nothing of us; nil where it has no such switch.
  public var deadMan: DeadMan?
  public var counts: Counts
  /// Messages that it takes; nil where it does not say.
  public var messageBudget: MessageBudget?

  public init(
    orderTypes: OrderTypes, timesInForce: TimesInForce, execInsts: ExecInsts, orderLists: OrderLists,
    amend: Amend, clientIDs: ClientIDs, recvWindowNanos: Int64?, doubt: Doubt, deadMan: DeadMan?,
    counts: Counts = Counts(), messageBudget: MessageBudget? = nil
  ) {
    self.orderTypes = orderTypes
    self.timesInForce = timesInForce
    self.execInsts = execInsts
    self.orderLists = orderLists
    self.amend = amend
    self.clientIDs = clientIDs
    self.recvWindowNanos = recvWindowNanos
    self.doubt = doubt
    self.deadMan = deadMan
    self.counts = counts
    self.messageBudget = messageBudget
  }

  /// The simulated venue, as long as its topology says nothing else.
  public static let simulated = VenueCapabilities(
    orderTypes: .known, timesInForce: .known, execInsts: .known, orderLists: [], amend: .keepsPriority,
    clientIDs: ClientIDs(longest: 36, characters: .known, rule: .uniqueAmongOpen),
    recvWindowNanos: 60_000_000_000, doubt: .window,
    deadMan: DeadMan(shortestNanos: 1, longestNanos: 86_400_000_000_000, kills: .working))
}

// What follows from it.
extension VenueCapabilities {
  /// The venue keeps stop orders; else the executor guards stops itself.
  public var hasStops: Bool { has(.stopOrders) }

  /// The venue takes orders that can only close what there is.
  public var hasReduceOnly: Bool { has(.reduceOnly) }

  /// The executor guards targets: the venue takes stops and can neither keep a target from opening nor link
  /// the two.
  public var guardsTargets: Bool { hasStops && !hasReduceOnly && !has(.pairs) }

  /// Stop and target are linked by the venue, which lets only one of them fill.
  public var linksLegs: Bool { hasStops && !hasReduceOnly && has(.pairs) }
}
