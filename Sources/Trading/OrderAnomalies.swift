/// What was odd about the facts of an order. None of them stops a fact from counting; each is a reason to
/// look.
@frozen public struct OrderAnomalies: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The same execution was reported again; ignored.
  public static let duplicateExecution = OrderAnomalies(rawValue: 1 << 0)
  /// A known execution was reported again with another price or quantity; the first stands.
  public static let conflictingExecution = OrderAnomalies(rawValue: 1 << 1)
  /// An execution after the order was cancelled, had expired or was denied; counted.
  public static let fillAfterEnd = OrderAnomalies(rawValue: 1 << 2)
  /// More was executed than ordered; counted.
  public static let overfill = OrderAnomalies(rawValue: 1 << 3)
  /// Both a rejection and executions; the executions stand, and what they leave counts as open.
  public static let rejectedAndFilled = OrderAnomalies(rawValue: 1 << 4)
  /// A bust of an execution not yet reported; should the execution come, it will not count.
  public static let bustBeforeFill = OrderAnomalies(rawValue: 1 << 5)
  /// An answer to a cancel or replace we do not know; a cancellation or replacement in it counts
  /// nevertheless.
  public static let unknownRequest = OrderAnomalies(rawValue: 1 << 6)
  /// A quantity that is not positive or sums beyond the range; ignored.
  public static let impossibleQuantity = OrderAnomalies(rawValue: 1 << 7)
  /// Two different ends were reported.
  public static let conflictingEnds = OrderAnomalies(rawValue: 1 << 8)
}
