import Trading

extension BookedFill {
  /// What it does to the position.
  public var signedQuantity: Quantity { Quantity(raw: side.sign * quantity.raw) }
}
