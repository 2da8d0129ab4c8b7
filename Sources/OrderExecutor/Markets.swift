import ActorKit
import Trading
import Vocabulary
import Wire

/// What the feeds tell of the executor's instruments, by rising number.
struct Markets: Sendable {
  private var states: [InstrumentState]
  /// In which something happened that may change what should rest for whatever wants something there.
  private(set) var marked: Indices
  /// In which quotes changed: for their own targets, and for those that could not have what they wanted.
  private(set) var requoted = Indices()
  /// Those quotes' strategies and instruments. Bound: the reports of a turn.
  private(set) var changedQuotes: [QuoteKey] = []
  /// That have quotes and no price.
  private(set) var unpriced = Indices()

  /// Whose quotes, and where.
  struct QuoteKey: Equatable, Sendable {
    let strategy: UInt16
    let instrument: UInt32
  }

  init(_ configuration: OrderExecutor.Configuration) {
    states = configuration.instruments.map { instrument in
      InstrumentState(
        instrument, configuration.caps.first { $0.instrument == instrument.number },
        topTopic: Topics.top(instrument.name), statusTopic: Topics.feedStatus(instrument.name))
    }
    marked = Indices(states.indices)
  }

  var indices: Range<Int> { states.indices }

  var count: Int { states.count }

  subscript(index: Int) -> InstrumentState { _read { yield states[index] } }

  /// Index of an instrument; nil for one that is not ours.
  func index(of instrument: UInt32) -> Int? {
    let index = states.lowestIndex { $0.instrument.number >= instrument }
    return index < states.count && states[index].instrument.number == instrument ? index : nil
  }

  /// An instrument's state; nil for one that is not ours.
  func state(of instrument: UInt32) -> InstrumentState? { index(of: instrument).map { states[$0] } }

  /// Something happened that may change what should rest in an instrument.
  mutating func mark(_ instrument: UInt32) {
    if let index = index(of: instrument) { mark(at: index) }
  }

  mutating func mark(at index: Int) { marked.insert(index) }

  mutating func markAll() { marked.insertAll(of: states.indices) }

  /// An order changed that may change what should rest in its instrument.
  mutating func mark(_ order: OwnOrder) {
    guard let index = index(of: order.instrument) else { return }
    guard order.purpose == .quote else { return mark(at: index) }
    requoted.insert(index)
    let key = QuoteKey(strategy: order.strategy, instrument: order.instrument)
    if changedQuotes.last != key { changedQuotes.append(key) }
  }

  mutating func unmarkAll() {
    marked.removeAll()
    requoted.removeAll()
    if !changedQuotes.isEmpty { changedQuotes.removeAll(keepingCapacity: true) }
  }

  var isAnyMarked: Bool { !marked.isEmpty || !requoted.isEmpty }

  /// What is known of a market changed.
  private mutating func noteChange(at index: Int, isMarking: Bool = true) {
    if isMarking { mark(at: index) }
    if states[index].isUnpriced { unpriced.insert(index) } else { unpriced.remove(index) }
  }
}

// What comes from feeds.
extension Markets {
  /// Whether the instrument is ours.
  mutating func take(_ top: TopOfBook, from sender: UInt16, atBoot boot: Int64) -> Bool {
    guard let index = index(of: top.instrument) else { return false }
    states[index].feed = sender
    func positive(_ raw: Int64?) -> Price? { raw.flatMap { $0 > 0 ? Price(raw: $0) : nil } }
    let wasPriced = states[index].price != nil
    let isChanged = states[index].take(
      bid: positive(top.bidPrice), ask: positive(top.askPrice), atBoot: boot)
    noteChange(at: index, isMarking: isChanged || wasPriced != (states[index].price != nil))
    return true
  }

  /// Whether the instrument is ours.
  mutating func take(_ status: FeedStatus, from sender: UInt16) -> Bool {
    guard let index = index(of: status.instrument) else { return false }
    states[index].feed = sender
    guard states[index].feedState != status.state || states[index].feedCause != status.cause else {
      return true
    }
    states[index].feedState = status.state
    states[index].feedCause = status.cause
    noteChange(at: index)
    return true
  }

  /// What a topic told is not whole any more. Top and status heal by their next message or snapshot.
  mutating func forget(_ topic: Topic) {
    for index in states.indices where states[index].topTopic == topic || states[index].statusTopic == topic {
      if states[index].topTopic == topic { states[index].loseTop() } else { states[index].feedState = nil }
      noteChange(at: index)
    }
  }

  /// A feed began anew.
  mutating func forgetAll(from sender: UInt16) {
    for index in states.indices where states[index].feed == sender {
      states[index].forgetMarket()
      noteChange(at: index)
    }
  }

  mutating func setSilent(_ sender: UInt16, _ isSilent: Bool) {
    for index in states.indices
    where states[index].feed == sender && states[index].isFeedSilent != isSilent {
      states[index].isFeedSilent = isSilent
      noteChange(at: index)
    }
  }
}
