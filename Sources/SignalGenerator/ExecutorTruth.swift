import Strategies
import Trading
import Wire

/// What an executor has told about its account.
struct ExecutorTruth {
  let component: UInt16
  let account: UInt16
  var isSilent = false
}

/// The executor's truth about a strategy's position.
struct PositionTruth {
  /// The executor's index among the generator's executors.
  let executor: Int
  let instrument: UInt32
  let strategy: UInt16
  let topic: Topic
  /// Nil while it is not known.
  var view: PositionView?
}
