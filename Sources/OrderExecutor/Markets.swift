import ActorKit
import Trading
import Vocabulary
import Wire

/// What the feeds tell of the executor's instruments, by rising number.
struct Markets: Sendable {
  private var states: [InstrumentState]

  init(_ configuration: OrderExecutor.Configuration) {
    states = configuration.instruments.map { instrument in
      InstrumentState(
        instrument, configuration.caps.first { $0.instrument == instrument.number },
        topTopic: Topics.top(instrument.name), statusTopic: Topics.feedStatus(instrument.name))
    }
  }

  var indices: Range<Int> { states.indices }

  var count: Int { states.count }

  subscript(index: Int) -> InstrumentState {
    get { states[index] }
    set { states[index] = newValue }
    _modify { yield &states[index] }
  }

  /// Index of an instrument; nil for one that is not ours.
  func index(of instrument: UInt32) -> Int? {
    var low = 0
    var high = states.count
    while low < high {
      let middle = (low + high) / 2
      if states[middle].instrument.number < instrument { low = middle + 1 } else { high = middle }
    }
    return low < states.count && states[low].instrument.number == instrument ? low : nil
  }

  /// An instrument's state; nil for one that is not ours.
  func state(of instrument: UInt32) -> InstrumentState? { index(of: instrument).map { states[$0] } }

  /// Something happened that may change what should rest in an instrument.
  mutating func mark(_ instrument: UInt32) {
    if let index = index(of: instrument) { states[index].needsDecision = true }
  }

  mutating func markAll() {
    for index in states.indices { states[index].needsDecision = true }
  }

  mutating func unmarkAll() {
    for index in states.indices { states[index].needsDecision = false }
  }

  var isAnyMarked: Bool { states.contains { $0.needsDecision } }
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
    if isChanged || wasPriced != (states[index].price != nil) { states[index].needsDecision = true }
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
    states[index].needsDecision = true
    return true
  }

  /// What a topic told is not whole any more. Top and status heal by their next message or snapshot.
  mutating func forget(_ topic: Topic) {
    for index in states.indices {
      if states[index].topTopic == topic { states[index].loseTop() }
      if states[index].statusTopic == topic {
        states[index].feedState = nil
        states[index].needsDecision = true
      }
    }
  }

  /// A feed began anew.
  mutating func forgetAll(from sender: UInt16) {
    for index in states.indices where states[index].feed == sender { states[index].forgetMarket() }
  }

  mutating func setSilent(_ sender: UInt16, _ isSilent: Bool) {
    for index in states.indices
    where states[index].feed == sender && states[index].isFeedSilent != isSilent {
      states[index].isFeedSilent = isSilent
      states[index].needsDecision = true
    }
  }
}
