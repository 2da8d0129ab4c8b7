import Vocabulary
import Wire

/// How near a worst-case position is to its limit: up to 70 per cent normal, above it warning, above 85
/// critical, above 100 over the limit.
package enum PositionBand: UInt8, Comparable, Sendable {
  case normal
  case warning
  case critical
  case overLimit

  static let warningPercent: Int128 = 70
  static let criticalPercent: Int128 = 85

  package static func < (left: PositionBand, right: PositionBand) -> Bool { left.rawValue < right.rawValue }

  /// Compared by multiplying across, so that no rounding decides. Both figures in the same unit, not
  /// negative.
  package init(worst: Int128, limit: Int128) {
    if worst > limit {
      self = .overLimit
    } else if worst * 100 > limit * Self.criticalPercent {
      self = .critical
    } else if worst * 100 > limit * Self.warningPercent {
      self = .warning
    } else {
      self = .normal
    }
  }

  var state: PositionState {
    switch self {
    case .normal: .normal
    case .warning: .warning
    case .critical: .critical
    case .overLimit: .overLimit
    }
  }

  /// What the band objects to; nil for normal.
  func finding(worst: Int128, limit: Int128) -> Finding? {
    switch self {
    case .normal: nil
    case .warning:
      Finding(.position, .quantity, measured: worst, limit: limit * Self.warningPercent / 100)
    case .critical:
      Finding(.positionCritical, .quantity, measured: worst, limit: limit * Self.criticalPercent / 100)
    case .overLimit: Finding(.positionOverLimit, .quantity, measured: worst, limit: limit)
    }
  }
}
