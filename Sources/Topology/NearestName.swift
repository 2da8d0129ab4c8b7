/// The name somebody probably meant: the nearest by inserted, removed, replaced and swapped characters, if it
/// is near enough (a third of the length, at least one). Letters' case does not count.
package func nearestName(to name: String, among candidates: [String]) -> String? {
  let wanted = Array(name.lowercased().unicodeScalars.prefix(64))
  let allowed = max(1, wanted.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let distance = editDistance(wanted, Array(candidate.lowercased().unicodeScalars.prefix(64)))
    if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// A hint that names the nearest candidate, or else all of them when they are few.
func suggestion(for name: String, among candidates: [String]) -> String {
  if let nearest = nearestName(to: name, among: candidates) { return "did you mean '\(nearest)'?" }
  guard !candidates.isEmpty else { return "there is none" }
  let shown = candidates.prefix(16).map { "'\($0)'" }.joined(separator: ", ")
  return "one of " + shown + (candidates.count > 16 ? ", …" : "")
}

/// Optimal string alignment distance.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for row in left.indices {
    var current = [row + 1]
    for column in right.indices {
      let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
      var distance = min(replaced, last[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        distance = min(distance, beforeLast[column - 1] + 1)
      }
      current.append(distance)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}
