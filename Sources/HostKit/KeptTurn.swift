import ActorKit

/// A turn as it was kept: what the driver gave to the host before it, in it and after it, and what it led to.
///
/// Of one shape: looks at the clocks and figures; the opening; unless that is the first or the last turn of
/// all, arrivals and the end; the hash; what did not leave, and how long it took.
package struct KeptTurn {
  package enum Opening: Equatable { case start, begin, last }

  /// All of it but the hash and the answers of the crash marks, in order; `closed` are those up to the end.
  package private(set) var inputs: [HostInput] = []
  package private(set) var closed = 0
  package private(set) var opening = Opening.begin
  /// When it began.
  package private(set) var wallNanos: Int64 = 0
  package private(set) var hash = TurnHash()
  /// Over all turns up to this one.
  package private(set) var chain: UInt64 = 0
  /// Of the messages for which the crash marks were asked, those that were refused, by place.
  package private(set) var poisoned: [UInt32] = []

  private enum Place { case before, open, closed, hashed }

  package init(_ bytes: [UInt8]) throws(RestoreError) {
    var reader = SnapshotReader(bytes)
    var place = Place.before
    while reader.remaining > 0 {
      let input = try HostInput(from: &reader)
      guard let next = take(input, at: place) else {
        throw .invalid("an input out of its order: \(input.name) when \(place)")
      }
      place = next
    }
    guard place == .hashed else { throw .invalid("a turn that ends when \(place)") }
  }

  /// Where the turn stands after an input; nil where there can be no such input.
  private mutating func take(_ input: HostInput, at place: Place) -> Place? {
    switch (input, place) {
    case (.hash(let hash, let chain), .closed):
      (self.hash, self.chain) = (hash, chain)
      closed = inputs.count
      return .hashed
    case (.poisoned(let place), .open):
      poisoned.append(place)
      return .open
    default: break
    }
    inputs.append(input)
    switch (input, place) {
    case (.clocks, .before), (.usage, .before), (.counters, .before): return .before
    case (.begin(_, let wall), .before): return open(.begin, wall, .open)
    case (.start(_, let wall), .before): return open(.start, wall, .closed)
    case (.last(_, let wall), .before): return open(.last, wall, .closed)
    case (.rows, .open), (.malformed, .open), (.fromLink, .open), (.fromCaller, .open), (.published, .open),
      (.fromDevice, .open), (.deviceEnd, .open):
      return .open
    case (.end, .open): return .closed
    case (.refused, .hashed), (.took, .hashed): return .hashed
    default: return nil
    }
  }

  private mutating func open(_ opening: Opening, _ wallNanos: Int64, _ place: Place) -> Place {
    (self.opening, self.wallNanos) = (opening, wallNanos)
    return place
  }
}

extension HostInput {
  /// For messages.
  fileprivate var name: String {
    switch self {
    case .clocks: "a look at the clocks"
    case .usage: "figures of the process"
    case .counters: "counters of the device"
    case .start, .begin, .last: "the opening"
    case .rows, .malformed, .fromLink, .fromCaller, .published, .fromDevice, .deviceEnd: "an arrival"
    case .end: "the end"
    case .poisoned: "a refusal of the crash marks"
    case .hash: "the hash"
    case .refused: "what did not leave"
    case .took: "how long it took"
    }
  }
}
