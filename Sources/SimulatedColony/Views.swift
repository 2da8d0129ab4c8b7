import Deployment
import FeedAggregator
import OrderExecutor
import RiskAdjuster
import SignalGenerator
import Trading
import VenueSimulator

/// What programs take each other's state to be, held against that state: risk of the executor's positions
/// and open orders, strategies of their positions, feeds of the venue's books.
///
/// Messages are always under way, so each must be right at some moment soon, not at all of them.
struct Views {
  /// What has not been right yet, and how it was wrong at the last look, by its name.
  private(set) var wrong: [String: String] = [:]
  private var seen: Set<String> = []

  /// So many levels of each side are compared.
  static let depth = 10

  /// Looks once; whether all have been right now or before.
  mutating func look(_ programs: ColonyPrograms) -> Bool {
    wrong = [:]
    for executor in programs.executors {
      guard let books = executor.core?.books else { continue }
      for risk in programs.risks {
        for instrument in programs.instruments { look(risk, instrument, at: books) }
      }
      for signal in programs.signals { look(signal, at: books) }
    }
    for feed in programs.feeds {
      for venue in programs.venues { look(feed, at: venue) }
    }
    return wrong.isEmpty
  }

  /// Names and texts of what was never right, in order.
  var all: [String] { wrong.keys.sorted().compactMap { wrong[$0] } }

  private mutating func hold(_ name: String, _ isRight: Bool, _ text: @autoclosure () -> String) {
    if isRight {
      seen.insert(name)
    } else if !seen.contains(name) {
      wrong[name] = "\(name): \(text())"
    }
  }

  private mutating func look(
    _ risk: SimulatedProcess<RiskAdjuster>, _ instrument: UInt32, at books: ExecutorBooks
  ) {
    guard let core = risk.core, core.account == books.account, let view = core.exposure(of: instrument)
    else { return }
    let truth = books.exposure(in: instrument)
    let isRight =
      view.position == truth.position.raw && view.workingBuys == truth.workingBuys.raw
      && view.workingSells == truth.workingSells.raw
    hold(
      "\(risk.seat.name) of instrument \(instrument)", isRight,
      "it believes \(view.position.map { "\(Quantity(raw: $0))" } ?? "nothing") and open"
        + " \(Quantity(raw: view.workingBuys)), \(Quantity(raw: view.workingSells)); the executor has"
        + " \(truth.position), \(truth.workingBuys), \(truth.workingSells)")
  }

  private mutating func look(
    _ signal: SimulatedProcess<BuiltInSignalGenerator>, at books: ExecutorBooks
  ) {
    for view in signal.core?.positionViews ?? [] where view.account == books.account {
      let truth = books.strategies?[view.strategy, view.instrument].position.quantity ?? .zero
      hold(
        "\(signal.seat.name)'s strategy \(view.strategy) of instrument \(view.instrument)",
        view.quantity == truth,
        "it believes \(view.quantity.map { "\($0)" } ?? "nothing"); the executor has \(truth)")
    }
  }

  private mutating func look(
    _ feed: SimulatedProcess<FeedAggregator>, at venue: SimulatedProcess<VenueSimulator>
  ) {
    for instrument in feed.core?.configuration.instruments ?? [] {
      guard let truth = venue.core?.book(of: instrument.number) else { continue }
      let book = feed.core?.book(of: instrument.number)
      let isRight = (0..<Self.depth).allSatisfy {
        book?.bid(at: $0) == truth.bid(at: $0) && book?.ask(at: $0) == truth.ask(at: $0)
      }
      hold(
        "\(feed.seat.name)'s book of \(instrument.name)", book != nil && isRight,
        "its best are \(book?.bestBid.map { "\($0)" } ?? "none"), \(book?.bestAsk.map { "\($0)" } ?? "none"),"
          + " the venue's \(truth.bestBid.map { "\($0)" } ?? "none"),"
          + " \(truth.bestAsk.map { "\($0)" } ?? "none")")
    }
  }
}
