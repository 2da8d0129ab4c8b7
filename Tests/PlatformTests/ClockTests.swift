import Glibc
import Platform
import Testing

@Suite struct ClockTests {
  @Test func wallTimeIsUTC() {
    let seconds = Int64(time(nil))
    let wall = Clock.wallNanos() / 1_000_000_000
    // The clock of time() may lag by one tick of the kernel.
    #expect(wall - seconds >= 0 && wall - seconds <= 60)
  }

  @Test func bootTimeNeverGoesBack() {
    var last = Clock.bootNanos()
    #expect(last > 0)
    for _ in 0..<10_000 {
      let now = Clock.bootNanos()
      #expect(now >= last)
      last = now
    }
  }
}
