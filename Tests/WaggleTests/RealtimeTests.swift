import Colony
import Foundation
import Platform
import Synchronization
import Testing
import Topology

/// `waggle run --realtime`: who may, who gets what, and what really happens to the programs.
@Suite struct RealtimeTests {
  private static let bounded = RealtimeRights.Throttle.on(runtimeMicros: 950_000, periodMicros: 1_000_000)

  @Test(
    "Without the right it is refused with what is missing and three ways to get it, before anything is tried")
  func missingRight() {
    let rights = RealtimeRights(priorityLimit: 0, hasSysNice: false, throttle: Self.bounded)
    let refusal = #expect(throws: Realtime.Refusal.self) {
      try Realtime.check(rights, processors: 8) { () throws(SystemError) in Issue.record("tried all the same")
      }
    }
    #expect(refusal?.exitCode == 78)
    let text = "\(refusal?.description ?? "")"
    for word in ["RLIMIT_RTPRIO", "limits.d", "LimitRTPRIO=11", "setcap cap_sys_nice"] {
      #expect(text.contains(word), "\(text)")
    }
  }

  @Test("The limit must reach the supervisor's priority; CAP_SYS_NICE makes up for any limit")
  func limits() throws {
    for (limit, has, isEnough) in [(10, false, false), (11, false, true), (0, true, true), (99, false, true)]
    {
      let rights = RealtimeRights(priorityLimit: UInt64(limit), hasSysNice: has, throttle: Self.bounded)
      #expect((rights.refusal(ofPriority: 11, processors: 1) == nil) == isEnough, "\(limit) \(has)")
    }
  }

  @Test("A kernel that refuses all the same is believed: 78; one that fails otherwise: 74")
  func kernelRefuses() {
    let rights = RealtimeRights(priorityLimit: 99, hasSysNice: true, throttle: Self.bounded)
    for (code, exit) in [(SystemError.notPermitted, 78), (Int32(22), 74)] {
      let refusal = #expect(throws: Realtime.Refusal.self) {
        try Realtime.check(rights, processors: 8) { () throws(SystemError) in
          throw SystemError(operation: "sched_setscheduler", code: code)
        }
      }
      #expect(refusal?.exitCode == Int32(exit))
    }
  }

  @Test("An unbounded kernel is refused where few processors would leave no way in, and told where many do")
  func unbounded() throws {
    let rights = RealtimeRights(priorityLimit: 99, hasSysNice: true, throttle: .off)
    for processors in [1, 2] {
      #expect(
        rights.refusal(ofPriority: 11, processors: processors)?.contains("sched_rt_runtime_us=950000") == true
      )
    }
    #expect(rights.refusal(ofPriority: 11, processors: 3) == nil)
    #expect(try Realtime.check(rights, processors: 3) {}.hasPrefix("NOTE: "))
    let known = RealtimeRights(priorityLimit: 99, hasSysNice: true, throttle: Self.bounded)
    #expect(try Realtime.check(known, processors: 1) {}.contains("leaves other programs 5 %"))
  }

  @Test("What the kernel writes is read as it means it")
  func kernelTexts() {
    #expect(RealtimeRights.throttle(runtime: -1, period: 1_000_000) == .off)
    #expect(RealtimeRights.throttle(runtime: 1_000_000, period: 1_000_000) == .off)
    #expect(RealtimeRights.throttle(runtime: nil, period: 1_000_000) == .unknown)
    #expect(RealtimeRights.throttle(runtime: 950_000, period: 1_000_000) == Self.bounded)
    #expect(RealtimeRights.hasSysNice(in: "Name:\tx\nCapEff:\t0000000000800000\nCapBnd:\t0\n"))
    #expect(!RealtimeRights.hasSysNice(in: "CapPrm:\t0000000000800000\nCapEff:\t00000000007fffff\n"))
    #expect(!RealtimeRights.hasSysNice(in: "CapEff:\tnonsense\n") && !RealtimeRights.hasSysNice(in: ""))
  }

  private func plan(_ processors: Int) throws -> [String: RealtimePlan.Place] {
    let topology = try withFakeColony(hasRelay: true) { $0.topology }
    let plan = RealtimePlan(topology.components, processors: Array(0..<processors))
    return Dictionary(
      uniqueKeysWithValues: zip(topology.components, plan.places).map { ($0.name, $1) })
  }

  @Test("Everyone but the relay gets SCHED_FIFO, on any number of processors")
  func classes() throws {
    for processors in 1...16 {
      for (name, place) in try plan(processors) {
        #expect(place.scheduling == (name == "relay" ? .ordinary : .fifo(priority: 10)), "\(name)")
      }
    }
  }

  @Test(
    "Own processors are nobody else's, the rest is never empty, and two on the way of an order never share one"
  )
  func spreading() throws {
    let onPath: Set = ["feed", "signal", "risk", "executor"]
    for processors in 1...16 {
      let places = try plan(processors)
      let own = places.filter { $0.value.processors?.count == 1 && onPath.contains($0.key) }
      guard processors > 2 else {
        #expect(places.allSatisfy { $0.value.processors == nil })
        continue
      }
      let rest = try #require(places["queen"]?.processors)
      #expect(!rest.isEmpty && rest.contains(0))
      for (name, place) in places {
        let kept = try #require(place.processors)
        let isOwn = kept.count == 1 && !rest.contains(kept[0])
        #expect(isOwn || kept == rest, "\(name) on \(kept) of \(processors)")
      }
      let withOwn = own.filter { !rest.contains($0.value.processors?[0] ?? 0) }.map(\.key)
      #expect(Set(withOwn.compactMap { places[$0]?.processors?[0] }).count == withOwn.count)
      #expect(withOwn.count == min(4, processors > 4 ? 4 : processors - 2), "\(processors): \(withOwn)")
      if withOwn.count < 4 { #expect(rest.count >= 2) }
      if !withOwn.isEmpty { #expect(withOwn.contains("executor")) }
    }
  }

  @Test("Children have their class from their first instruction, and again after a restart")
  func children() throws {
    guard try Self.isAllowed() else { return }
    try withFakeColony(hasRelay: true) { colony in
      let plan = RealtimePlan(colony.topology.components, processors: try Processors.allowed())
      let seen = Mutex<[String: Set<String>]>([:])
      let isOver = Atomic(false)
      let folder = colony.folder
      let watcher = Thread {
        while !isOver.load(ordering: .acquiring) {
          for (pid, name) in Self.components(below: folder) {
            guard let found = try? SchedulingClass.of(thread: pid) else { continue }
            seen.withLock { _ = $0[name, default: []].insert("\(pid) \(found)") }
          }
          usleep(10_000)
        }
      }
      watcher.start()
      let (outcome, _) = try colony.supervise(
        forSeconds: 1.5, manners: ["signal": "once killed", "relay": "once killed"], realtime: plan)
      isOver.store(true, ordering: .releasing)
      #expect(outcome.exitCode == 0, "\(outcome.message ?? "")")
      let all = seen.withLock { $0 }
      for name in FakeColony.names {
        let classes = all[name] ?? []
        let wanted = name == "relay" ? "SCHED_OTHER" : "SCHED_FIFO 10"
        #expect(!classes.isEmpty && classes.allSatisfy { $0.hasSuffix(wanted) }, "\(name): \(classes)")
        if name == "signal" || name == "relay" { #expect(classes.count == 2, "\(name): \(classes)") }
      }
    }
  }

  @Test("A child runs on the processors it is given, and whoever starts it keeps its own")
  func processors() throws {
    try withTemporaryFolder { folder in
      let before = try Processors.allowed()
      let last = try #require(before.last)
      let child = try ChildProcess(
        ["/bin/sh", "-c", "grep Cpus_allowed_list /proc/self/status"], output: .append(path: "\(folder)/out"),
        processors: [last])
      #expect(child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 0))
      let said = String(decoding: try FileSystem.read("\(folder)/out", maxBytes: 1 << 10), as: UTF8.self)
      #expect(said == "Cpus_allowed_list:\t\(last)\n")
      #expect(try Processors.allowed() == before)
    }
  }

  @Test("A running program is put into its class with every thread it has")
  func everyThread() throws {
    guard try Self.isAllowed() else { return }
    let child = try ChildProcess(["/bin/sh", "-c", "sleep 60"], output: .discard, ownGroup: true)
    defer {
      // One that is not collected makes the test library's own wait for children run in a circle.
      try? child.send(signal: 9, toGroup: true)
      _ = child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
    }
    try SchedulingClass.fifo(priority: 3).give(toEveryThreadOf: child.pid)
    #expect(try SchedulingClass.of(thread: child.pid) == .fifo(priority: 3))
    try SchedulingClass.ordinary.give(toEveryThreadOf: child.pid)
    #expect(try SchedulingClass.of(thread: child.pid) == .ordinary)
    // A process that is gone is no error.
    try SchedulingClass.ordinary.give(toEveryThreadOf: Int32.max)
    #expect(try SchedulingClass.of(thread: Int32.max) == nil)
  }

  /// Real-time scheduling is a right that not every machine gives its tests.
  private static func isAllowed() throws -> Bool {
    do throws(FileError) {
      let child = try ChildProcess(["/bin/true"], output: .discard, scheduling: .fifo(priority: 10))
      return child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 0)
    } catch {
      guard error.code == SystemError.notPermitted else { throw error }
      print("skipped: no right to SCHED_FIFO here")
      return false
    }
  }

  /// The processes of a fake colony, by the name of their component.
  private static func components(below folder: String) -> [(pid: Int32, name: String)] {
    let names = (try? FileSystem.list("/proc")) ?? []
    return names.compactMap(Int32.init).compactMap { pid in
      guard let bytes = try? FileSystem.read("/proc/\(pid)/cmdline", maxBytes: 4096) else { return nil }
      let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      guard words.first?.hasPrefix(folder) == true, let place = words.firstIndex(of: "--component"),
        words.count > place + 1
      else { return nil }
      return (pid, words[place + 1])
    }
  }
}
