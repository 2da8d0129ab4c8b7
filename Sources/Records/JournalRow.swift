/// One row of the journal without its body, which is handed over beside it as borrowed bytes.
public struct JournalRow: Hashable, Sendable {
  /// 1 for the first row ever; rises by exactly 1 and never restarts.
  public let sequence: Int64
  /// The process incarnation that wrote the row.
  public let epoch: UInt32
  /// The writer's wall time, nanoseconds UTC.
  public let atNanos: Int64
  /// The fact's kind; its meaning belongs to the component.
  public let kind: UInt16
  public let correlationHigh: UInt64
  public let correlationLow: UInt64

  public init(
    sequence: Int64, epoch: UInt32, atNanos: Int64, kind: UInt16, correlationHigh: UInt64,
    correlationLow: UInt64
  ) {
    self.sequence = sequence
    self.epoch = epoch
    self.atNanos = atNanos
    self.kind = kind
    self.correlationHigh = correlationHigh
    self.correlationLow = correlationLow
  }
}
