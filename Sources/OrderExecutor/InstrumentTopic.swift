import Trading
import Vocabulary
import Wire

/// The topics an executor has for each of its instruments, in the order in which they stand among its topics.
enum InstrumentTopic: Int, CaseIterable {
  /// Everything that happens to orders.
  case report
  /// The position; the only one with a state to ask for.
  case position
  /// Of the reports those that change the position.
  case fill

  static func topics(account: UInt16, _ name: InstrumentName) -> [Topic] {
    allCases.map { topic in
      switch topic {
      case .report: Topics.executionReport(account: account, name)
      case .position: Topics.position(account: account, name)
      case .fill: Topics.executionFill(account: account, name)
      }
    }
  }

  /// Place among the executor's topics.
  func index(_ instrument: Int) -> Int { Self.allCases.count * instrument + rawValue }
}
