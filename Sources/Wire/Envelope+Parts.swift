extension Envelope {
  /// The flags by name.
  @inlinable
  public var flagSet: EnvelopeFlags {
    get { EnvelopeFlags(rawValue: flags) }
    set { flags = newValue.rawValue }
  }
}
