import Trading
import Wire

/// The names of topics: family, what, then whose, ending in a dot (docs/PROTOCOL.md lists them all).
///
/// Names are built once at start; a name that does not fit in 64 bytes is a mistake in the topology, which
/// `check` refuses, so here it traps.
public enum Topics {
  public static func instrumentDefinition(_ name: InstrumentName) -> Topic {
    instrument("market", "definition", name)
  }
  public static func book(_ name: InstrumentName) -> Topic { instrument("market", "book", name) }
  public static func top(_ name: InstrumentName) -> Topic { instrument("market", "top", name) }
  public static func trade(_ name: InstrumentName) -> Topic { instrument("market", "trade", name) }
  public static func metrics(_ name: InstrumentName) -> Topic { instrument("market", "metrics", name) }
  public static func feedStatus(_ name: InstrumentName) -> Topic { instrument("market", "status", name) }
  public static func venueMarket(_ name: InstrumentName) -> Topic { instrument("venue", "market", name) }

  public static func quote(strategy: UInt16, _ name: InstrumentName) -> Topic {
    make("signal", "quote", "\(strategy)", name.symbol, name.venue)
  }

  public static func executionReport(account: UInt16, _ name: InstrumentName) -> Topic {
    make("execution", "report", "\(account)", name.symbol, name.venue)
  }

  /// Trades alone, for strategies that want to hear of their own executions.
  public static func executionFill(account: UInt16, _ name: InstrumentName) -> Topic {
    make("execution", "fill", "\(account)", name.symbol, name.venue)
  }

  public static func position(account: UInt16, _ name: InstrumentName) -> Topic {
    make("execution", "position", "\(account)", name.symbol, name.venue)
  }

  public static func orderStuck(account: UInt16) -> Topic { make("execution", "stuck", "\(account)") }
  public static func riskState(account: UInt16) -> Topic { make("risk", "state", "\(account)") }
  public static func riskDecision(account: UInt16) -> Topic { make("risk", "decision", "\(account)") }
  public static func riskViolation(account: UInt16) -> Topic { make("risk", "violation", "\(account)") }

  public static func positionState(account: UInt16, _ name: InstrumentName) -> Topic {
    make("risk", "position", "\(account)", name.symbol, name.venue)
  }

  public static let session = make("colony", "session")
  public static let alarm = make("colony", "alarm")
  public static let safety = make("colony", "safety")
  public static let audit = make("colony", "audit")
  public static let systemError = make("colony", "error")
  public static func heartbeat(component: UInt16) -> Topic { make("colony", "heartbeat", "\(component)") }
  public static func sequences(component: UInt16) -> Topic { make("colony", "sequences", "\(component)") }
  public static func connector(component: UInt16) -> Topic { make("colony", "connector", "\(component)") }
  public static func relay(component: UInt16) -> Topic { make("colony", "relay", "\(component)") }
  public static func health(component: UInt16) -> Topic { make("colony", "health", "\(component)") }

  private static func instrument(_ family: String, _ what: String, _ name: InstrumentName) -> Topic {
    make(family, what, name.symbol, name.venue)
  }

  private static func make(_ parts: String...) -> Topic {
    guard let topic = Topic(parts: parts) else { preconditionFailure("not a topic: \(parts)") }
    return topic
  }
}
