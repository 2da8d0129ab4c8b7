import HostKit

/// What has been read of the journal for somebody who asks.
struct JournalReading {
  var rows: [ReplayQueue.Row] = []
  /// Why there are no more than these; nil where all could be read.
  var trouble: String?
}
