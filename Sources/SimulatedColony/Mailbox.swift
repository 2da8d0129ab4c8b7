/// What has arrived by one way and was not taken yet, oldest first.
struct Mailbox<Letter> {
  private var letters: [Letter] = []
  private var taken = 0

  var isEmpty: Bool { taken == letters.count }
  var count: Int { letters.count - taken }

  mutating func add(_ letter: Letter) { letters.append(letter) }

  mutating func next() -> Letter? {
    guard taken < letters.count else { return nil }
    let letter = letters[taken]
    taken += 1
    if taken == letters.count {
      letters.removeAll(keepingCapacity: true)
      taken = 0
    }
    return letter
  }

  mutating func removeAll() {
    letters.removeAll()
    taken = 0
  }
}
