import Glibc
import Testing

/// A thread of its own, outside of Swift's pool, as actors and adapters use.
struct TestThread {
  private let id: pthread_t

  fileprivate init(id: pthread_t) {
    self.id = id
  }

  func join() {
    pthread_join(id, nil)
  }
}

private final class Work {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}

/// Runs `body` on a new thread; whoever asks joins it.
func runThread(_ body: @escaping @Sendable () -> Void) throws -> TestThread {
  var id = pthread_t()
  let work = Unmanaged.passRetained(Work(body))
  let code = pthread_create(
    &id, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, work.toOpaque())
  try #require(code == 0)
  return TestThread(id: id)
}
