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

  private var entries = NewestRing<Entry>(capacity: FillLog.limit)
  /// The entries' slots. Never iterated.
  private var slots: [FillKey: Int] = [:]
  private(set) var unconfirmedCount = 0

  init() {}

  func contains(_ key: FillKey) -> Bool { slots[key] != nil }

  mutating func append(_ entry: Entry) {
    // As the ring: at once, not over hours.
    if entries.count == 0 { slots.reserveCapacity(Self.limit) }
    if !entry.isConfirmed { unconfirmedCount += 1 }
    let (slot, dropped) = entries.append(entry)
    if let dropped {
      if !dropped.isConfirmed { unconfirmedCount -= 1 }
      slots[dropped.key] = nil
    }
    slots[entry.key] = slot
  }

  mutating func confirm(_ key: FillKey) {
    guard let slot = slots[key], !entries[slot: slot].isConfirmed else { return }
    entries[slot: slot].isConfirmed = true
    unconfirmedCount -= 1
  }

  /// Fills the venue's list has not shown yet, newest first. They are among the newest, so the walk is short.
  var unconfirmed: [Entry] {
    var found: [Entry] = []
    var age = entries.count - 1
    while found.count < unconfirmedCount, age >= 0 {
      let entry = entries[age: age]
      if !entry.isConfirmed { found.append(entry) }
      age -= 1
    }
    return found
  }

  var oldestFirst: [Entry] { entries.oldestFirst }

  init(oldestFirst fills: [Entry]) throws(RestoreError) {
    for entry in fills {
      guard slots[entry.key] == nil else { throw .invalid("the fill \(entry.key.execution) twice") }
      append(entry)
    }
  }

  /// Equal when they hold the same fills in the same order, wherever the ring begins.
  static func == (left: FillLog, right: FillLog) -> Bool { left.oldestFirst == right.oldestFirst }
}
