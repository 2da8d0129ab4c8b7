import ActorKit
import Trading

/// The newest `limit` fills by the venue's trade id, so that each is booked once however often it is told,
/// and which of them the venue's own list of trades has confirmed.
///
/// A repetition that comes later than `limit` fills after the first would be booked again; the next
/// reconciliation would then find the difference and quarantine the account.
struct FillLog: Equatable, Sendable {
  static let limit = 16_384

  struct Entry: Equatable, Sendable {
    var key: FillKey
    var signedQuantity: Quantity
    /// How many fills the account had had, this one included.
    var sequence: UInt64
    var isConfirmed: Bool
  }

  /// A ring once it is full; `first` is the oldest.
  private var entries: [Entry] = []
  private var first = 0
  private var places: [FillKey: Int] = [:]
  private(set) var unconfirmedCount = 0

  init() {}

  func contains(_ key: FillKey) -> Bool { places[key] != nil }

  mutating func append(_ entry: Entry) {
    if !entry.isConfirmed { unconfirmedCount += 1 }
    if entries.count < Self.limit {
      places[entry.key] = entries.count
      entries.append(entry)
      return
    }
    if !entries[first].isConfirmed { unconfirmedCount -= 1 }
    places[entries[first].key] = nil
    entries[first] = entry
    places[entry.key] = first
    first = (first + 1) % Self.limit
  }

  mutating func confirm(_ key: FillKey) {
    guard let place = places[key], !entries[place].isConfirmed else { return }
    entries[place].isConfirmed = true
    unconfirmedCount -= 1
  }

  /// Fills the venue's list has not shown yet, newest first. They are among the newest, so the walk is short.
  var unconfirmed: [Entry] {
    var found: [Entry] = []
    var offset = entries.count - 1
    while found.count < unconfirmedCount, offset >= 0 {
      let entry = entries[(first + offset) % entries.count]
      if !entry.isConfirmed { found.append(entry) }
      offset -= 1
    }
    return found
  }

  var oldestFirst: [Entry] { Array(entries[first...]) + Array(entries[..<first]) }

  init(oldestFirst fills: [Entry]) throws(RestoreError) {
    for entry in fills {
      guard places[entry.key] == nil else { throw .invalid("the fill \(entry.key.execution) twice") }
      append(entry)
    }
  }

  /// Equal when they hold the same fills in the same order, wherever the ring begins.
  static func == (left: FillLog, right: FillLog) -> Bool { left.oldestFirst == right.oldestFirst }
}
