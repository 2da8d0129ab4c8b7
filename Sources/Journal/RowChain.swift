/// The hash chain over the rows: each value covers the previous one and the whole row, so a row cannot be
/// changed, removed or moved without every later value being wrong.
enum RowChain {
  /// The value before the first row. It names the owner, so that rows of another journal do not fit.
  static func genesis(of identity: JournalIdentity) -> Digest {
    var builder = DigestBuilder()
    builder.add("waggle journal")
    builder.add(identity.colony)
    builder.add(identity.component)
    builder.add(identity.kind)
    return builder.finish()
  }

  static func next(after previous: Digest, _ row: JournalRow, body: UnsafeRawBufferPointer) -> Digest {
    var builder = DigestBuilder()
    builder.add(previous)
    builder.add(row.sequence)
    builder.add(Int64(row.epoch))
    builder.add(row.atNanos)
    builder.add(Int64(row.kind))
    builder.add(Int64(bitPattern: row.correlationHigh))
    builder.add(Int64(bitPattern: row.correlationLow))
    unsafe builder.add(body)
    return builder.finish()
  }
}
