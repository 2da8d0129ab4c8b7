import ActorKit
import Trading
import Vocabulary
import Wire

/// Makes good that turns were cut from the journal's end, of which others may know.
///
/// What the lost turns sent may be working, filled, or still on its way until its receive window is over.
/// Until then nothing is opened. Every id of ours above the newest that the journal knows is taken over as
/// the venue tells it: from its list of open orders as an order, from its list of trades as a fill, once all
/// pages of an answer are there. What ended without a trade left nothing behind. The ids of this incarnation
/// lie above them all, because no epoch comes again.
struct CutRepair: Sendable {
  /// Nothing is opened before.
  private var opening = OpeningTime()
  /// A cut was made good in this incarnation.
  private var hasSettled = false

  mutating func begin(_ configuration: OrderExecutor.Configuration, at now: Instant) {
    let window = configuration.recvWindowNanos + configuration.fenceMarginNanos
    opening = OpeningTime(
      boot: now.boot.saturatingAdd(window), venueNanos: now.wall.saturatingAdd(window))
  }

  /// An intent that comes before the cut is made good, or again after it, may have been carried out already
  /// by a turn that was cut off.
  func mayHaveCarriedOut(_ intent: OrderIntent, _ books: ExecutorBooks) -> Bool {
    books.cut != nil
      || hasSettled && EnvelopeFlags(rawValue: intent.envelope.flags).contains(.possDup)
  }

  /// When to ask the venue next while a cut is not made good, boot clock: what was on its way shows up one
  /// after the other.
  func queryBoot(_ situation: Situation, at now: Instant) -> Int64 {
    guard situation.books.cut != nil else { return .max }
    let next = now.boot + OrderManager.askAgainNanos
    if now.boot < opening.boot { return min(next, opening.boot) }
    // What is missing is risk, whose session hurries the next question.
    return situation.risk.isHeard ? next : .max
  }

  /// Nothing of the lost turns can act any more, by our clock and the venue's, and the answer to a question
  /// put after that agrees with the books. Risk must have been heard, so that what it sends a second time is
  /// known as such.
  mutating func makeGood(
    _ query: Reconciler.Query, venueNanos: Int64, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard let cut = situation.books.cut, situation.risk.isHeard, query.askedBoot >= opening.boot,
      venueNanos >= opening.venueNanos
    else { return }
    for working in situation.books.intents.open where working.isWithoutEntry {
      // Its entry may have been sent, and filled. It is never sent a second time.
      situation.end(working.refused(Finding(.lostTurns), at: now), into: &effects)
    }
    situation.record(.cutMadeGood(atNanos: now.wall), into: &effects)
    // A stop that was found is looked at again: from now on what no intent holds must be nobody's.
    situation.markets.markAll()
    hasSettled = true
    situation.alarm(
      .journal, .warning,
      "the \(cut.turns) turns cut from the journal are made good: "
        + "\(situation.counters.ordersTakenOver) orders taken over, "
        + "\(situation.counters.fillsOfTheCut) fills found since this start",
      into: &effects)
  }
}

extension Situation {
  /// Books and venue agree, no cut is left to make good, and the venue has what the topology relies on.
  var mayOpen: Bool { agreement.mayTrade && books.cut == nil && venue.missing.isEmpty }

  /// A cut that an earlier incarnation has not made good stays as that one found it: what was lost of that
  /// incarnation lies above the same id.
  mutating func takeCut(turns: UInt32, at now: Instant, into effects: inout Effects) {
    if books.cut == nil {
      let cut = JournalCut(
        lastKnown: books.lastID, turns: turns, atNanos: now.wall,
        tradeSequence: books.confirmedTradeSequence)
      record(.journalCut(cut), into: &effects)
    }
    alarm(
      .journal, .warning,
      "at least \(turns) turns may be missing at the end of the journal: nothing is opened until the venue"
        + " has told what they did",
      into: &effects)
  }
}

/// From when on something may be opened after a cut: nothing sent by an earlier incarnation can act any more.
struct OpeningTime: Equatable, Sendable {
  var boot: Int64 = 0
  /// By the venue's clock, ns UTC.
  var venueNanos: Int64 = 0
}
