import Wire

/// Numbers topics in the order first seen, and finds a topic's number without allocating.
///
/// A hash table of its own, because the standard one hashes with a different seed in every process and costs
/// more than the rest of a message's way through the host. Bound: `capacity` topics.
package struct TopicTable {
  package static let capacity = 4_096

  /// In the order first seen; a topic's number is its place here.
  package private(set) var topics: [Topic] = []
  /// Open addressing: the topic's number plus one, 0 for free. Twice as many places as topics, a power of
  /// two.
  private var places = [UInt16](repeating: 0, count: 64)

  package init() {}

  /// The topic's number, if it has one.
  package func number(of topic: Topic) -> Int? {
    let place = places[self.place(of: topic)]
    return place == 0 ? nil : Int(place) - 1
  }

  /// The topic's number, given now if it has none; nil when there are too many topics.
  package mutating func enter(_ topic: Topic) -> Int? {
    if let number = number(of: topic) { return number }
    guard topics.count < Self.capacity else { return nil }
    topics.append(topic)
    if 2 * topics.count > places.count {
      grow()
    } else {
      places[place(of: topic)] = UInt16(topics.count)
    }
    return topics.count - 1
  }

  private mutating func grow() {
    places = Array(repeating: 0, count: 2 * places.count)
    for (number, topic) in topics.enumerated() { places[place(of: topic)] = UInt16(number + 1) }
  }

  /// Where the topic is, or the free place where it belongs. Ends: at least half of the places are free.
  private func place(of topic: Topic) -> Int {
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: Self.hash(topic)) & mask
    while places[place] != 0, topics[Int(places[place]) - 1] != topic { place = (place + 1) & mask }
    return place
  }

  /// FNV-1a, 64 bits. An adversary can make topics collide; publishers are those the topology names.
  private static func hash(_ topic: Topic) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<topic.count { hash = (hash ^ UInt64(topic.text[index])) &* 0x100_0000_01B3 }
    return hash ^ (hash >> 32)
  }
}
