/// When things are due that are numbered from 0; `Int64.max` for never. The first is known at once, and to
/// change one costs little however many there are.
///
/// A tree of minima: a node is the smaller of the two below it.
package struct Deadlines: Sendable {
  /// The root at 1, the two below a node at twice its place and the next, the leaves last.
  private var nodes: [Int64]
  private var leaves: Int

  package init(_ times: [Int64] = []) {
    leaves = 1
    while leaves < times.count { leaves *= 2 }
    nodes = Array(repeating: .max, count: 2 * leaves)
    for (index, time) in times.enumerated() { nodes[leaves + index] = time }
    for node in (1..<leaves).reversed() { nodes[node] = min(nodes[2 * node], nodes[2 * node + 1]) }
  }

  package var first: Int64 { nodes[1] }

  package subscript(index: Int) -> Int64 {
    get { nodes[leaves + index] }
    set {
      var node = leaves + index
      nodes[node] = newValue
      while node > 1 {
        node /= 2
        nodes[node] = min(nodes[2 * node], nodes[2 * node + 1])
      }
    }
  }

  /// The number of the first that is due; nil while none is.
  package func firstDue(at time: Int64) -> Int? {
    guard first <= time else { return nil }
    var node = 1
    while node < leaves { node = nodes[2 * node] <= time ? 2 * node : 2 * node + 1 }
    return node - leaves
  }
}
