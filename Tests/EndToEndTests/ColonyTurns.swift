/// Lets a few colonies run at a time, so that on a small machine none is starved by the others.
actor ColonyTurns {
  static let shared = ColonyTurns(3)

  private let all: Int
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ free: Int) {
    all = free
    self.free = free
  }

  func take() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func give() {
    guard waiting.isEmpty else { return waiting.removeFirst().resume() }
    free += 1
  }

  /// Waits until no colony runs and lets none begin. Only one test may ask for this: two would wait for each
  /// other.
  func takeAll() async {
    for _ in 0..<all { await take() }
  }

  func giveAll() {
    for _ in 0..<all { give() }
  }
}
