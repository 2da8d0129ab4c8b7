import Glibc
import Platform
import Testing

/// TimerFD and SignalSource: what wakes a loop.
@Suite struct WakeupTests {
  private func isReadable(_ descriptor: Int32, millis: Int32 = 0) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, millis) == 1
  }

  @Test func aTimerFiresOnceItsDeadlineHasPassed() throws {
    let timer = try TimerFD()
    #expect(timer.drain() == false)
    let deadline = Clock.bootNanos() + 3_000_000
    timer.set(deadlineBootNanos: deadline)
    #expect(isReadable(timer.fileDescriptor, millis: 20_000))
    #expect(Clock.bootNanos() >= deadline)
    #expect(timer.drain() == true)
    #expect(timer.drain() == false)
  }

  @Test(arguments: [Int64.min, -1, 0, 1]) func aDeadlineInThePastIsDueAtOnce(_ deadline: Int64) throws {
    let timer = try TimerFD()
    timer.set(deadlineBootNanos: deadline)
    #expect(isReadable(timer.fileDescriptor, millis: 20_000))
  }

  @Test func aTimerCanBeMoved() throws {
    let timer = try TimerFD()
    timer.set(deadlineBootNanos: 1)
    timer.set(deadlineBootNanos: .max)
    #expect(!isReadable(timer.fileDescriptor))
  }

  @Test func signalsAreRead() throws {
    // On a thread of its own: the source blocks the signals of its thread for good.
    try onThread {
      let source = try SignalSource([SIGUSR1, SIGUSR2])
      #expect(source.next() == nil)
      pthread_kill(pthread_self(), SIGUSR1)
      #expect(source.next() == SIGUSR1)
      #expect(source.next() == nil)
      pthread_kill(pthread_self(), SIGUSR2)
      pthread_kill(pthread_self(), SIGUSR2)
      #expect(source.next() == SIGUSR2)
      #expect(source.next() == nil, "two of one kind arrive as one")
    }
  }
}
