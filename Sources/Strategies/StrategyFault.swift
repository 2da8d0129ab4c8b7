import Models

/// Why a strategy cannot decide. Its quotes are pulled, the fault is counted, and an alarm names the cause.
public enum StrategyFault: Error, Equatable, Sendable {
  /// A model refused its input.
  case model(ModelError)
  /// An output is NaN or infinite; what it was.
  case notANumber(String)
  /// An output that cannot be: what is wrong with it.
  case invalidOutput(String)
  /// The strategy asks for an instrument or parameter that it does not have.
  case unknownName(String)
  /// Anything else, in the strategy's words.
  case other(String)
}

extension StrategyFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .model(let error): "a model refused: \(error)"
    case .notANumber(let what): "\(what) is not a finite number"
    case .invalidOutput(let what): what
    case .unknownName(let name): "there is no '\(name)' among the strategy's instruments"
    case .other(let text): text
    }
  }
}
