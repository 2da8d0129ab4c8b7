/// A promise that a store broke in a history.
package struct HistoryFailure: Error, CustomStringConvertible {
  package let store: String
  package let seed: UInt64
  package let steps: [HistoryStep]
  package let what: String

  package var description: String {
    """
    \(store) store, seed \(seed): \(what)
      after: \(steps.map(\.description).joined(separator: ", "))
      repeat with waggle-bench journal-histories --count 1 --seed \(seed)
    """
  }
}
