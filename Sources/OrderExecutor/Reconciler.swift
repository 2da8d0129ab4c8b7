import ActorKit
import Trading
import Wire

/// Compares books and venue: at the start before anything is traded, then routinely, whenever something was
/// contradictory, and at the end. Volatile: a restart compares anew before it trades.
struct Reconciler: Sendable {
  /// What a question to the venue is for.
  enum Purpose: Equatable, Sendable {
    /// After a start: everything, and nothing new before it agrees.
    case start
    /// Every ten seconds.
    case routine
    /// Something was contradictory: what is in doubt and listed is settled by that.
    case everything
    /// Before the end: everything, with nothing open.
    case end
  }

  /// A question without its answer.
  struct Query: Equatable, Sendable {
    var purpose: Purpose
    /// Of its id; the answer carries it.
    var counter: UInt64
    /// Fills booked well before it was asked: the venue had made those trades, so its answer must show them.
    var fillCount: UInt64
    /// Trades after this one were asked for.
    var afterTradeSequence: UInt64
    /// When it was put first, boot clock: the answer is of then or later.
    var askedBoot: Int64
  }

  /// A difference that a later answer may explain: the way of queries may lag behind that of reports. One
  /// that answers show for `Repetition.longestNanos` is believed.
  enum Finding: Equatable, Sendable {
    /// Booked, and not in the venue's list of trades.
    case missing(FillKey)
    /// Of an instrument.
    case position(UInt32)
    /// Ended with fills that the list of trades does not show.
    case awaiting(ClOrdID)
  }

  /// A finding, and when an answer first showed it, boot clock.
  struct Suspicion: Equatable, Sendable {
    let finding: Finding
    let sinceBoot: Int64
  }

  /// What is done about turns that were cut from the journal.
  var cut = CutRepair()
  /// Of the last answer.
  var suspicions: [Suspicion] = []
  /// Of questions while nothing may be traded.
  var repetition = Repetition()
  /// Fills booked a second ago, and when that was last looked at, boot clock: younger ones may be missing
  /// from an answer.
  var settledFillCount: UInt64 = 0
  var sampledFillCount: UInt64 = 0
  var sampledBoot = Int64.min
  var query: Query?
  /// When to ask next, boot clock.
  var nextBoot: Int64 = 0
  /// Ask for open orders too.
  var wantsOrders = false
  /// Ask again right after the answer that is awaited.
  var isHurried = false
  /// Open orders of the answers so far, while the venue has more of them than fit in one.
  private var listed: [AccountState.OpenOrder] = []
  /// Trades of the answers so far, while a cut is not made good: what they were for is clear only beside the
  /// whole list of orders.
  private var traded: [AccountState.Trade] = []
  /// Of ours, ended by our books and open by the last answer, and since when answers show it.
  var listedEnded: [(id: ClOrdID, sinceBoot: Int64)] = []
  /// Of ours, working by our books and not open by the last answer.
  var unlisted: [ClOrdID] = []
  /// Foreign open orders at the last answer.
  var foreignOrders = 0

  /// Reports that the venue sent and that have not come.
  var reports = ReportOrder()
  /// When to ask for what they told of, boot clock, and how long to wait then.
  private(set) var gapBoot = Int64.max
  private var gapRepetition = Repetition()

  /// Reports overtake each other by so much.
  private static let reorderNanos: Int64 = 50 * .nanosPerMilli

  /// When to ask again while books and venue do not agree, boot clock.
  func repeatBoot(atBoot boot: Int64) -> Int64 {
    let next = boot + repetition.nanos
    // As soon as a suspicion would be believed.
    let belief = suspicions.map { $0.sinceBoot + Repetition.longestNanos }.filter { $0 > boot }.min()
    return min(next, belief ?? next)
  }

  /// More open orders than an account may have are not listed.
  static let mostListed = 16_384

  /// The venue's id of the last order listed, from which the next answer goes on; nil for the first.
  var listedThrough: UInt64? { listed.last?.venueOrderId }

  /// Adds a page of open orders; false when it does not go on where the last one ended, or has no end.
  mutating func list(_ view: AccountStateView) -> Bool {
    guard listed.count + view.openOrdersCount <= Self.mostListed else { return false }
    var last = listedThrough ?? 0
    for index in 0..<view.openOrdersCount {
      let order = view.openOrder(index)
      // Of a list that is whole in one answer the order does not matter.
      if view.parts.contains(.moreOrders) || !listed.isEmpty {
        guard order.venueOrderId > last else { return false }
        last = order.venueOrderId
      }
      listed.append(order)
    }
    return true
  }

  /// The whole list, which is not kept.
  mutating func takeListed() -> [AccountState.OpenOrder] {
    defer { listed = [] }
    return listed
  }

  /// Adds a page of trades; false when so many wait that they are to be booked as they are.
  mutating func gather(tradesOf view: AccountStateView) -> Bool {
    traded += (0..<view.tradesCount).map { view.trade($0) }
    return traded.count < Self.mostListed
  }

  /// The trades that were gathered, which are not kept.
  mutating func takeTraded() -> [AccountState.Trade] {
    defer { traded = [] }
    return traded
  }

  /// From which trade on the venue is asked. While a cut is not made good it shows some of those once more
  /// that were booked since: an order of theirs may be listed only now.
  func firstTradeAsked(_ books: ExecutorBooks) -> UInt64 {
    if let last = traded.last { return last.tradeSequence }
    let confirmed = books.confirmedTradeSequence
    guard let before = books.cut?.tradeSequence, before < confirmed else { return confirmed }
    return max(before, confirmed - min(confirmed, CutAnswer.mostRepeated))
  }

  /// Notes how many fills were booked a while ago.
  mutating func sample(_ fillCount: UInt64, atBoot boot: Int64) {
    guard sampledBoot == .min || boot - sampledBoot >= .nanosPerSecond else { return }
    settledFillCount = sampledFillCount
    sampledFillCount = fillCount
    sampledBoot = boot
  }

  /// Notes the number of a report.
  mutating func note(report number: UInt64, atBoot boot: Int64) {
    guard reports.take(number), gapBoot == .max else { return }
    gapBoot = boot + Self.reorderNanos
    gapRepetition = Repetition()
  }

  /// Asks for what lost reports told of: at once, and again after a quarter and half a second, as an answer
  /// may lag. Then the routine must do.
  mutating func judgeGap(atBoot boot: Int64) {
    guard gapBoot <= boot else { return }
    let isLastTry = gapRepetition.nanos >= Repetition.longestNanos
    if !reports.missing.isEmpty { hurry(toBoot: boot) }
    if isLastTry { reports.giveUp() }
    gapBoot = reports.missing.isEmpty ? .max : boot + gapRepetition.nanos
    gapRepetition.double()
  }

  /// Asks sooner than planned.
  mutating func hurry(toBoot boot: Int64, withOrders: Bool = false) {
    if withOrders { wantsOrders = true }
    if query == nil { nextBoot = min(nextBoot, boot) } else { isHurried = true }
  }
}
