/// The fall from the highest value so far: (peak − value)/peak, 0 … 1, since inception, since the session
/// began and since the day's reset. Values are per unit (see `UnitisedValue`), else a withdrawal looks like a
/// loss. Peaks must outlive the process: journal them and restore with `init(peaks:value:)`.
public struct Drawdown: Equatable, Sendable {
  public struct Peaks: Equatable, Sendable {
    public var inception: Double
    public var session: Double
    public var day: Double

    public init(inception: Double, session: Double, day: Double) {
      self.inception = inception
      self.session = session
      self.day = day
    }
  }

  public private(set) var peaks: Peaks
  public private(set) var value: Double

  /// Begins with a first value (> 0) as every peak.
  public init(value: Double) throws(ModelError) {
    self.value = try Domain.positive(value, "value of a unit")
    peaks = Peaks(inception: value, session: value, day: value)
  }

  /// Restored: every peak must be at least the value then, and the inception's the highest.
  public init(peaks: Peaks, value: Double) throws(ModelError) {
    self.value = try Domain.positive(value, "value of a unit")
    for peak in [peaks.session, peaks.day] {
      try Domain.finite(peak, "peak")
      guard peak >= value && peak <= peaks.inception else {
        throw .outOfRange("peak", value: peak, allowed: "\(value) ... the inception's \(peaks.inception)")
      }
    }
    try Domain.finite(peaks.inception, "peak")
    self.peaks = peaks
  }

  /// The next value; throws, changing nothing, unless it is a number > 0.
  public mutating func update(value: Double) throws(ModelError) {
    self.value = try Domain.positive(value, "value of a unit")
    peaks.inception = max(peaks.inception, value)
    peaks.session = max(peaks.session, value)
    peaks.day = max(peaks.day, value)
  }

  /// A session begins: its peak is the value now.
  public mutating func beginSession() { peaks.session = value }

  /// The firm's reset time: the day's peak is the value now.
  public mutating func beginDay() { peaks.day = value }

  public var sinceInception: Double { (peaks.inception - value) / peaks.inception }
  public var ofSession: Double { (peaks.session - value) / peaks.session }
  public var ofDay: Double { (peaks.day - value) / peaks.day }
}
