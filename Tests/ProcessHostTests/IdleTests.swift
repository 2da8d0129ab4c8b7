import ActorKit
import Colony
import CoreTestKit
import Foundation
import Platform
import ProcessHost
import Testing
import Wire

/// A component at rest leaves the processor alone.
@Suite struct IdleTests {
  /// Processor time is compared with elapsed time, so a loaded machine makes the share smaller, not larger. A
  /// loop that spins uses all it can get; one at rest uses far below a hundredth.
  @Test func aReactorAtRestSleeps() async throws {
    let folder = try HostFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      // Its peer is not there: it asks for states in vain and says Hello in vain.
      let configuration = HostFolder.client(
        path, expected: [HandMadeFrames.topic("market", "book", "TOY", "TEST")])
      var reactor = try Reactor(
        configuration, core: Probe(Probe.Plan(idlesNanos: 2 * .nanosPerSecond)), stop: StopSignals())
      let start = (boot: Clock.bootNanos(), cpu: Self.processorNanos())
      try reactor.run()
      let elapsed = Clock.bootNanos() - start.boot
      let used = Self.processorNanos() - start.cpu
      print("at rest: \(used / 1_000) us of processor in \(elapsed / 1_000_000) ms")
      exit(used * 20 < elapsed ? 0 : 1)
    }
  }

  private static func processorNanos() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * .nanosPerSecond + Int64(time.tv_nsec)
  }
}
