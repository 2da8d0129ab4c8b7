import Vocabulary

extension AcceptedIntent {
  /// Orders that what it opens will need: a stop, a target.
  var legCount: Int { (stopPrice == nil ? 0 : 1) + (takeProfitPrice == nil ? 0 : 1) }
}
