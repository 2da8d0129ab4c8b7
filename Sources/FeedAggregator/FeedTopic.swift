import Trading
import Vocabulary
import Wire

/// The topics of one instrument, in the order in which they stand in a feed's list.
enum FeedTopic: Int, CaseIterable {
  case definition, book, top, trade, metrics, status

  static func names(of name: InstrumentName) -> [Topic] {
    allCases.map { topic in
      switch topic {
      case .definition: Topics.instrumentDefinition(name)
      case .book: Topics.book(name)
      case .top: Topics.top(name)
      case .trade: Topics.trade(name)
      case .metrics: Topics.metrics(name)
      case .status: Topics.feedStatus(name)
      }
    }
  }

  /// The index in the list of a feed's topics.
  func index(ofInstrument instrument: Int) -> Int { instrument * Self.allCases.count + rawValue }
}
