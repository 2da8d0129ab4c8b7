import Wire

extension SessionCode {
  /// The states that may follow this one (docs/ARCHITECTURE.md, the session). SHUTDOWN is the end.
  package var successors: [SessionCode] {
    switch self {
    case .startup: [.ready, .failsafe, .shutdown]
    case .ready: [.live, .degraded, .failsafe, .shutdown]
    case .live: [.degraded, .failsafe, .shutdown]
    case .degraded: [.live, .failsafe, .shutdown]
    case .failsafe: [.ready, .shutdown]
    case .shutdown, .unrecognized: []
    }
  }

  /// Whether the session may go from this state to that one.
  package func mayBecome(_ next: SessionCode) -> Bool { successors.contains(next) }

  /// Orders may rest at the venue, as far as the permits allow.
  var isTrading: Bool { self == .live || self == .degraded }
}
