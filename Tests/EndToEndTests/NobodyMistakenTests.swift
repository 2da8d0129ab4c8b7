import Platform
import Testing

/// Colonies that get into each other's way, and programs that have lost their supervisor.
@Suite(.serialized) struct NobodyMistakenTests {
  /// How often two colonies are started on the same ports; more with `WAGGLE_COLONY_PAIRS`.
  private static let pairs = Environment.value("WAGGLE_COLONY_PAIRS").flatMap(Int.init) ?? 4

  /// At the same instant, shortly after each other, and when the first one trades. Whoever was second is
  /// refused and names the first, which goes on as if nothing had been.
  @Test(arguments: 0..<pairs)
  func theFirstColonyIsNeverTouched(turn: Int) async throws {
    try await withColonyPair { pair in
      let order = turn % 2 == 0 ? ColonyPair.names : ColonyPair.names.reversed()
      let one = try pair.start(order[0])
      switch turn / 2 % 4 {
      case 0: break
      case 1: await pause(millis: 60)
      case 2: await pause(millis: 400)
      default: try await pair.eventually("the first is LIVE") { try pair.isLive(order[0]) }
      }
      let two = try pair.start(order[1])
      try await pair.eventually("one of two is refused") { one.poll() != nil || two.poll() != nil }
      let isFirstRefused = one.poll() != nil
      // Only at the same instant may it be the one that was called first.
      if turn / 2 % 4 > 1 { #expect(!isFirstRefused) }
      let (winner, loser) = isFirstRefused ? (order[1], order[0]) : (order[0], order[1])
      let (running, refused) = isFirstRefused ? (two, one) : (one, two)
      let complaint = try text(pair.errors(of: loser))
      #expect(refused.poll() == .exited(code: 75), "\(complaint)")
      #expect(complaint.contains("in use by colony '\(winner)', run "), "\(complaint)")
      #expect(complaint.contains("supervisor \(running.pid)"), "\(complaint)")
      #expect(complaint.contains("\(pair.portBase + 1)"), "\(complaint)")
      #expect(try pair.components(of: loser).isEmpty)
      #expect(try pair.runs(of: loser).isEmpty, "a refused run has left a folder")

      try await pair.eventually("the first is LIVE") { try pair.isLive(winner) }
      let components = try pair.components(of: winner)
      // Six of the session and the relay.
      #expect(components.count == 7)
      await pause(millis: 700)
      #expect(running.poll() == nil)
      #expect(try pair.components(of: winner) == components)
      try running.send(signal: 2)
      let end = await Programs.end(of: running, forSeconds: RunningColony.patienceSeconds)
      let words = try text(pair.errors(of: winner))
      #expect(end == .exited(code: 0), "\(words)")
      #expect(!words.contains("started again") && words.contains("stopping (operator)"), "\(words)")
    }
  }

  @Test func orphansAreNamedAdoptedAndNeverDoubled() async throws {
    try await withColonyPair { pair in
      let first = try pair.start("paper")
      try await pair.eventually("it is LIVE") { try pair.isLive("paper") }
      let run = try #require(try pair.runs(of: "paper").first)
      try await expectPrivate("\(pair.folder)/paper-var/paper/\(run)")
      let components = try pair.components(of: "paper")
      try first.send(signal: 9)
      try await pair.eventually("the supervisor is gone") { first.poll() != nil }

      // From any folder, by the name of the run.
      let status = try await pair.call(["status", "--run", run, "--colony", "paper"], of: "paper")
      #expect(status.output.contains("ORPHANS: supervisor \(first.pid) is gone"), "\(status)")
      for (name, id) in components { #expect(status.output.contains("\(name) (process \(id))"), "\(status)") }

      // A new run on their ports is refused, and so is another colony.
      for name in ColonyPair.names {
        let other = try pair.start(name)
        let end = await Programs.end(of: other, forSeconds: RunningColony.patienceSeconds)
        let complaint = try text(pair.errors(of: name))
        #expect(end == .exited(code: 75), "\(complaint)")
        #expect(complaint.contains("--resume \(run)"), "\(complaint)")
      }
      #expect(try pair.components(of: "paper") == components, "somebody was ended")

      let second = try pair.start("paper", ["--resume", run])
      try await pair.eventually("they are adopted") {
        try text(pair.errors(of: "paper")).contains("queen adopted: process")
      }
      #expect(try pair.components(of: "paper") == components)
      let killed = try #require(components["feed"])
      ProcessTable.send(signal: 9, to: killed)
      try await pair.eventually("the feed is started again") {
        try pair.components(of: "paper")["feed"].map { $0 != killed } ?? false
      }
      let clean = try await pair.call(["status", "--run", run, "--colony", "paper"], of: "paper")
      #expect(!clean.output.contains("ORPHANS"), "\(clean)")
      await pause(millis: 500)
      try second.send(signal: 2)
      let end = await Programs.end(of: second, forSeconds: RunningColony.patienceSeconds)
      let words = try text(pair.errors(of: "paper"))
      #expect(end == .exited(code: 0), "\(words)")
      #expect(try pair.components(of: "paper").isEmpty)
    }
  }

  @Test func orphansEndByThemselvesWhenTheirSessionHasEnded() async throws {
    try await withColonyPair { pair in
      let supervisor = try pair.start("paper")
      try await pair.eventually("it is LIVE") { try pair.isLive("paper") }
      let run = try #require(try pair.runs(of: "paper").first)
      try supervisor.send(signal: 9)
      try await pair.eventually("the supervisor is gone") { supervisor.poll() != nil }
      let words = ["stop", "--run", run, "--colony", "paper", "--operator", "me"]
      let stop = try await pair.call(words, of: "paper")
      #expect(stop.code == 0, "\(stop)")
      try await pair.eventually("every program has ended") { try pair.components(of: "paper").isEmpty }
      let report = try await pair.call(["report", "--var", "\(pair.folder)/paper-var"], of: "paper")
      #expect(report.code == 0, "\(report)")
    }
  }

  /// The run's folder and all that is in it are their user's alone.
  private func expectPrivate(_ folder: String) async throws {
    #expect(try FileSystem.status(folder)?.mode == 0o700)
    for name in try FileSystem.list(folder) {
      guard let status = try FileSystem.status("\(folder)/\(name)") else { continue }
      #expect(status.mode & 0o077 == 0, "\(name) has mode \(String(status.mode, radix: 8))")
    }
  }
}
