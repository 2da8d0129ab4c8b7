import Wire

extension IntentOutcome {
  /// Whether nothing follows a report with it. An outcome this program does not know decides nothing.
  public var isTerminal: Bool {
    switch self {
    case .filled, .partiallyFilled, .canceled, .rejected, .expired: true
    case .accepted, .working, .unrecognized: false
    }
  }

  /// Those that end an intent, in the order of counters.
  public static var terminal: [IntentOutcome] { [.filled, .partiallyFilled, .canceled, .rejected, .expired] }
}
