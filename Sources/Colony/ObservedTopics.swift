import Topology
import Vocabulary
import Wire

/// The topics of what observers show, found from the messages themselves.
struct ObservedTopics {
  private struct Market {
    let instrument: UInt32
    let top: Topic
    let status: Topic
  }

  private struct Position {
    let account: UInt16
    let instrument: UInt32
    let topic: Topic
  }

  private let markets: [Market]
  private let positions: [Position]

  init(_ topology: Topology) {
    markets = topology.instruments.map {
      Market(instrument: $0.number, top: Topics.top($0.name), status: Topics.feedStatus($0.name))
    }
    positions = topology.components(of: .executor).flatMap { executor -> [Position] in
      guard let account = executor.account.flatMap({ topology.account(named: $0) }) else { return [] }
      return topology.instruments(of: executor).map {
        Position(
          account: account.number, instrument: $0.number,
          topic: Topics.position(account: account.number, $0.name))
      }
    }
  }

  /// Nil for what carries no state that is asked for, and no alarm.
  func topic(of message: borrowing Inbound) -> Topic? {
    switch copy message {
    case .topOfBook(let top): markets.first { $0.instrument == top.instrument }?.top
    case .feedStatus(let status): markets.first { $0.instrument == status.instrument }?.status
    case .positionChanged(let changed):
      positions.first { $0.account == changed.account && $0.instrument == changed.instrument }?.topic
    case .sessionState: Topics.session
    case .alarm: Topics.alarm
    case .safetyEvent: Topics.safety
    default: nil
    }
  }

  /// Topics of a component that may stay quiet for long, or whose last message tells how it stands.
  static func state(of component: Component, _ topology: Topology, hasMarkets: Bool) -> [Topic] {
    let names = topology.instruments(of: component).map(\.name)
    switch component.kind {
    case .executor:
      guard let account = component.account.flatMap({ topology.account(named: $0) }) else { return [] }
      return names.map { Topics.position(account: account.number, $0) }
    case .feed where hasMarkets: return names.flatMap { [Topics.top($0), Topics.feedStatus($0)] }
    case .queen: return [Topics.session]
    default: return []
    }
  }
}
