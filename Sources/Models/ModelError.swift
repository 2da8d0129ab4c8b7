/// Why a model gives no number. A model never answers with NaN, infinity or a guess: it throws one of these,
/// and whoever asked must stand aside.
public enum ModelError: Error, Equatable, Sendable {
  /// The named input or result is NaN or infinite.
  case nonFinite(String)
  /// The named input lies outside the domain that `allowed` states.
  case outOfRange(String, value: Double, allowed: String)
  /// Too few of the named observations.
  case tooFew(String, have: Int, need: Int)
  /// Two inputs that belong together differ in length.
  case mismatched(String, have: Int, need: Int)
  /// An observation is older than its predecessor; `at` is its index, or 0 for a streaming update.
  case outOfOrder(String, at: Int)
  /// The input carries no information about the named quantity (constant, empty, collinear).
  case degenerate(String)
  /// The process has no stationary state, for the named reason.
  case unstable(String)
  /// An iteration did not settle within its bound.
  case notConverged(String, iterations: Int)
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .nonFinite(let name): "\(name) is not a finite number"
    case .outOfRange(let name, let value, let allowed): "\(name) is \(value), allowed is \(allowed)"
    case .tooFew(let name, let have, let need): "\(have) \(name), at least \(need) needed"
    case .mismatched(let name, let have, let need): "\(have) \(name), expected \(need)"
    case .outOfOrder(let name, let index): "\(name) goes backwards at \(index)"
    case .degenerate(let reason): "no answer from this input: \(reason)"
    case .unstable(let reason): "no stationary state: \(reason)"
    case .notConverged(let name, let iterations): "\(name) did not converge in \(iterations) iterations"
    }
  }
}
