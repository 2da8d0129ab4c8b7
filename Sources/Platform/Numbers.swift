import Synchronization

/// Numbers no two threads get twice.
final class Numbers: Sendable {
  private let last = Atomic<UInt64>(0)

  func next() -> UInt64 {
    last.wrappingAdd(1, ordering: .relaxed).newValue
  }
}

/// For the names of temporary files of this process.
let temporaryNumbers = Numbers()
