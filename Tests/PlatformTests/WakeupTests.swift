import Glibc
import Platform
import Testing

/// EventFD, TimerFD and SignalSource: what wakes a loop.
@Suite struct WakeupTests {
  private func isReadable(_ descriptor: Int32, millis: Int32 = 0) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, millis) == 1
  }

  @Test func aBellCountsItsRings() throws {
    let bell = try EventFD()
    #expect(!isReadable(bell.fileDescriptor))
    #expect(bell.drain() == 0)
    bell.signal()
    bell.signal()
    #expect(isReadable(bell.fileDescriptor))
    #expect(bell.drain() == 2)
    #expect(!isReadable(bell.fileDescriptor))
  }

  @Test func aBellIsRungFromAnotherThread() throws {
    let bell = try EventFD()
    try ring(bell)
    #expect(isReadable(bell.fileDescriptor, millis: 20_000))
    #expect(bell.drain() == 100)
  }

  private func ring(_ bell: borrowing EventFD) throws {
    let number = bell.fileDescriptor
    try onThread {
      for _ in 0..<100 {
        var one: UInt64 = 1
        #expect(write(number, &one, 8) == 8)
      }
    }
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

  @Test func aTimerCanBeMovedAndSwitchedOff() throws {
    let timer = try TimerFD()
    timer.set(deadlineBootNanos: 1)
    timer.set(deadlineBootNanos: .max)
    #expect(!isReadable(timer.fileDescriptor))
    timer.set(deadlineBootNanos: 1)
    timer.disarm()
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
