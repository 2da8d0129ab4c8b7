import ActorKit
import Trading
import Vocabulary

/// The intents that were taken on: all for which something is still to be done, and the newest `keptOver` of
/// the others, so that a late fill of one still finds its stop.
///
/// That an intent came before is known for ever: the ids of a component rise, so its highest tells.
public struct IntentBook: Equatable, Sendable {
  /// Intents with something to be done; more are refused.
  public static let mostOpen = 1_024
  static let keptOver = 256

  /// By id.
  public private(set) var open: [WorkingIntent] = []
  /// In the order in which they were over.
  private(set) var over: [WorkingIntent] = []
  /// The highest id of each component, by component.
  private(set) var highest: [IntentID] = []
  /// Stops and targets still to be placed: for what is open, and for what entries that work may open.
  package private(set) var legsToCome = 0
  /// The stops among them.
  package private(set) var stopsToCome = 0

  init() {}

  /// An intent, if it is still known.
  public subscript(id: IntentID) -> WorkingIntent? {
    if let place = openPlace(of: id) { return open[place] }
    return over.last { $0.id == id }
  }

  /// It, or a later one of the same component, came before.
  public func hasSeen(_ id: IntentID) -> Bool {
    guard let last = highest.first(where: { $0.component == id.component }) else { return false }
    return !id.isAfter(last)
  }

  mutating func see(_ id: IntentID) {
    guard !hasSeen(id) else { return }
    let place = highest.firstIndex { $0.component >= id.component } ?? highest.count
    if place < highest.count, highest[place].component == id.component {
      highest[place] = id
    } else {
      highest.insert(id, at: place)
    }
  }

  mutating func add(_ intent: AcceptedIntent) {
    see(intent.id)
    insertOpen(WorkingIntent(intent))
  }

  /// Changes an intent and puts it where it then belongs. One that is not known any more stays unknown.
  mutating func update(_ id: IntentID, _ change: (inout WorkingIntent) -> Void) {
    if let place = openPlace(of: id) {
      count(open[place], -1)
      change(&open[place])
      count(open[place], 1)
      if open[place].isOver { keep(open.remove(at: place)) }
    } else if let place = over.lastIndex(where: { $0.id == id }) {
      change(&over[place])
      if !over[place].isOver { insertOpen(over.remove(at: place)) }
    }
  }

  /// What an order of others closes of so much on a side: the oldest open intents come first.
  func closings(
    _ quantity: Quantity, _ instrument: UInt32, _ side: Side, without excluded: IntentID? = nil
  ) -> [(id: IntentID, quantity: Quantity)] {
    var left = quantity
    var closings: [(id: IntentID, quantity: Quantity)] = []
    for working in open
    where working.intent.instrument == instrument && working.exitSide == side && working.id != excluded {
      let part = min(left, working.held)
      guard part.isPositive else { continue }
      left -= part
      closings.append((working.id, part))
    }
    return closings
  }

  private mutating func keep(_ intent: WorkingIntent) {
    if over.count == Self.keptOver { over.removeFirst() }
    over.append(intent)
  }

  private mutating func insertOpen(_ intent: WorkingIntent) {
    count(intent, 1)
    open.insert(intent, at: open.lowestIndex { $0.id > intent.id })
  }

  private mutating func count(_ intent: WorkingIntent, _ sign: Int) {
    legsToCome += sign * intent.legsToCome
    stopsToCome += intent.isStopToCome ? sign : 0
  }

  private func openPlace(of id: IntentID) -> Int? {
    let place = open.lowestIndex { $0.id >= id }
    return place < open.count && open[place].id == id ? place : nil
  }
}

extension IntentBook {
  /// Of a snapshot.
  init(open: [WorkingIntent], over: [WorkingIntent], highest: [IntentID]) throws(RestoreError) {
    for (left, right) in zip(open, open.dropFirst()) where left.id >= right.id {
      throw .invalid("open intents out of order")
    }
    self.open = open
    self.over = over
    self.highest = highest
    for intent in open { count(intent, 1) }
  }
}
