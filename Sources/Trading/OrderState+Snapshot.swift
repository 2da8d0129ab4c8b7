extension OrderState {
  /// The reported ends and marks as bits, for a snapshot. Their meaning is fixed: a stored snapshot is read
  /// by later versions.
  public var snapshotBits: UInt16 { UInt16(ends.rawValue) << 8 | UInt16(marks.rawValue) }

  /// An order from the parts of a snapshot; sums are computed anew. Nil when the parts cannot belong to an
  /// order: a quantity that is not positive, ids out of order or repeated, sums out of range, unknown bits.
  public init?(
    quantity: Quantity, executions: [Execution], pending: [PendingRequest], anomalies: OrderAnomalies,
    snapshotBits: UInt16
  ) {
    guard quantity.isPositive, pending.count <= Self.mostPending, snapshotBits >> 12 == 0 else { return nil }
    guard snapshotBits & 0x80 == 0 else { return nil }
    guard zip(executions, executions.dropFirst()).allSatisfy({ $0.id < $1.id }) else { return nil }
    guard zip(pending, pending.dropFirst()).allSatisfy({ $0.id < $1.id }) else { return nil }
    self.init(quantity: quantity)
    for execution in executions {
      guard execution.isReported ? execution.quantity.isPositive : execution.isBusted else { return nil }
      guard !execution.isBusted else { continue }
      guard let cum = cumQuantity.adding(execution.quantity) else { return nil }
      cumQuantity = cum
      cumNotional += execution.price * execution.quantity
    }
    self.executions = executions
    self.pending = pending
    self.anomalies = anomalies
    ends = Ends(rawValue: UInt8(snapshotBits >> 8))
    marks = Marks(rawValue: UInt8(truncatingIfNeeded: snapshotBits))
  }
}
