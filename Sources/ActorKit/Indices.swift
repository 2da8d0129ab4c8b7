/// A few of many numbers, rising, each once: what is to be looked at, of whatever is numbered. A look costs
/// what is in it and not what there is.
package struct Indices: Equatable, Sendable {
  package private(set) var all: [Int]

  package init(_ all: Range<Int> = 0..<0) { self.all = Array(all) }

  /// For loops in which the set itself is changed or emptied afterwards: a copy held meanwhile would cost
  /// memory.
  package var positions: Range<Int> { all.indices }

  package subscript(position: Int) -> Int { all[position] }

  package var isEmpty: Bool { all.isEmpty }

  package func contains(_ index: Int) -> Bool {
    let place = all.lowestIndex { $0 >= index }
    return place < all.count && all[place] == index
  }

  package mutating func insert(_ index: Int) {
    guard let last = all.last, last >= index else { return all.append(index) }
    let place = all.lowestIndex { $0 >= index }
    if all[place] != index { all.insert(index, at: place) }
  }

  package mutating func remove(_ index: Int) {
    let place = all.lowestIndex { $0 >= index }
    if place < all.count, all[place] == index { all.remove(at: place) }
  }

  package mutating func insertAll(of range: Range<Int>) {
    all.removeAll(keepingCapacity: true)
    all.append(contentsOf: range)
  }

  package mutating func removeAll() {
    if !all.isEmpty { all.removeAll(keepingCapacity: true) }
  }

  /// What they number has got one more, which now has this number.
  package mutating func makeRoom(at index: Int) {
    for place in all.indices.reversed() {
      guard all[place] >= index else { return }
      all[place] += 1
    }
  }
}
