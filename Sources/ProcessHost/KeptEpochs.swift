/// The starts of a program of which arrivals were kept.
package struct KeptEpochs: Sendable {
  private let epochs: [UInt32]

  package init(_ epochs: [UInt32]) { self.epochs = epochs.sorted() }

  /// Those that are missing from 1 up to the newest, be that by the files or by the journal.
  package func gaps(upTo newest: UInt32) -> [ClosedRange<UInt32>] {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 1
    for epoch in epochs where epoch >= next {
      if epoch > next { gaps.append(next...(epoch - 1)) }
      guard epoch < .max else { return gaps }
      next = epoch + 1
    }
    if next <= newest { gaps.append(next...newest) }
    return gaps
  }
}
