/// What a strategy wants to be told, by the names it gives its instruments.
///
/// `quoted` is the instrument of the strategy's configuration, the only one it may quote. Other names must be
/// given there too; they are read only.
public struct Inputs: ExpressibleByArrayLiteral, Equatable, Sendable {
  /// One source.
  public enum Source: Equatable, Sendable {
    /// The order book, with at least so many levels a side.
    case book(String, depth: Int)
    /// Trades of others.
    case trades(String)
    /// Best bid and ask.
    case top(String)
    /// The feed's figures.
    case metrics(String)
    /// Fills of this strategy's own orders, of `quoted`. Who declares it nowhere needs nobody's fills;
    /// position and profit are known either way.
    case executions(String)
    /// What risk or the executor has against the strategy's quotes: `Context.denials`. Who declares it
    /// nowhere is shown them all the same, at its next run.
    case denials(String)
    /// A beat of the market clock, under a name of its own.
    case timer(String, Duration)
  }

  public let sources: [Source]

  public init(arrayLiteral sources: Source...) { self.sources = sources }

  /// The names of the instruments, in the order first mentioned.
  public var instruments: [String] {
    var names: [String] = []
    for source in sources {
      if let name = source.instrument, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The deepest book asked of an instrument; 0 if none is.
  public func bookDepth(of instrument: String) -> Int {
    var deepest = 0
    for case .book(instrument, let depth) in sources { deepest = max(deepest, depth) }
    return deepest
  }
}

extension Inputs.Source {
  /// The instrument it is about; nil for a timer.
  public var instrument: String? {
    switch self {
    case .book(let name, _), .trades(let name), .top(let name), .metrics(let name), .executions(let name),
      .denials(let name):
      name
    case .timer: nil
    }
  }

  /// The timer's interval in nanoseconds of market time; nil for other sources.
  public var intervalNanos: Int64? {
    if case .timer(_, let interval) = self { interval.nanos } else { nil }
  }
}

extension Duration {
  /// Whole nanoseconds; beyond 292 years the longest there is.
  package var nanos: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, sumOverflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return sumOverflow ? (seconds < 0 ? .min : .max) : sum
  }
}
