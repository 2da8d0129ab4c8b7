import Arguments
import Platform
import Testing
import waggle

/// What a campaign makes of a worker that does not do as it should. The workers are shell scripts here.
@Suite(.serialized) struct SeedShareTests {
  @Test func aWorkerThatCannotBeStartedKeepsNoCampaignWaiting() throws {
    let folder = try FileSystem.temporaryDirectory("waggle-share")
    let share = SeedShare(0, of: 1...3, step: 1, goesOn: true, path: "\(folder)/0") { _ in
      ["\(folder)/no-such-program"]
    }
    #expect(throws: (any Error).self) { try share.start() }
    share.kill()
    #expect(share.isOver)
    try FileSystem.remove(folder)
  }

  private final class Told { var lines: [String] = [] }

  /// Runs seeds 1 to 3 by a script, which has the first seed of its process as `$1`.
  private func run(
    _ script: String, goesOn: Bool = true, seedNanos: Int64 = SeedShare.seedNanos,
    _ act: (SeedShare) -> Void = { _ in }
  ) throws -> (told: String, tally: SeedTally, share: SeedShare) {
    let folder = try FileSystem.temporaryDirectory("waggle-share")
    let told = Told()
    var tally = SeedTally(command: { "again \($0)" }, tell: { told.lines.append($0) })
    let share = SeedShare(
      0, of: 1...3, step: 1, goesOn: goesOn, path: "\(folder)/0", seedNanos: seedNanos
    ) { ["/bin/sh", "-c", script, "worker", "\($0)"] }
    try share.start()
    act(share)
    let deadline = Clock.bootNanos() + patienceNanos
    while !share.isOver, Clock.bootNanos() < deadline {
      try share.look(&tally)
      ProcessControl.pause(nanos: 2_000_000)
    }
    #expect(share.isOver)
    try FileSystem.remove(folder)
    return (told.lines.joined(), tally, share)
  }

  @Test func aWorkerKilledByAStrangerInASeedIsTold() throws {
    let (told, tally, _) = try run("echo '{\"begins\":1}'; kill -15 $$", goesOn: false)
    #expect(told.hasPrefix("FAILED seed 1: the program ends: ended by signal 15"), "\(told)")
    #expect(told.contains("look at it: again 1"))
    #expect((tally.seeds, tally.failures) == (0, 1))
  }

  @Test func aTrapIsToldWithItsWordAndTheNextSeedFollows() throws {
    let (told, tally, _) = try run("echo \"{\\\"begins\\\":$1}\"; echo Fatal error: no bees; kill -4 $$")
    #expect(
      told.contains("FAILED seed 1: the program ends: ended by signal 4 (SIGILL): Fatal error: no bees"))
    #expect(told.contains("FAILED seed 3:"))
    #expect(tally.failures == 3)
  }

  @Test func aWorkerThatBeginsNothingIsNotStartedForEachSeed() throws {
    let (told, tally, _) = try run("echo cannot; exit 64")
    #expect(
      told == "FAILED worker 0: the program ends before it begins seed 1: exited with code 64: cannot\n")
    #expect(tally.failures == 1)
  }

  @Test(arguments: [
    ("exit 0", "before it begins seed 1: exited with code 0"),
    ("echo '{\"begins\":1}'; exit 0", "FAILED seed 1: the program ends: exited with code 0"),
    ("echo '{\"begins\":2}'; exit 1", "it begins seed 2, where 1 is to be run"),
    ("echo '{\"begins\":'; exit 1", "a line of it cannot be read"),
    ("echo '{\"begins\":-1}'; exit 1", "is no record of seed"),
    ("echo '{\"begins\":1}'; echo '{\"seed\":1}'; exit 1", "is no record of seed 1"),
    ("echo '{\"begins\":1}'; echo '{\"seed\":-9,\"hash\":\"1\"}'; exit 1", "is no record of seed 1"),
    ("printf '{\"begins\":1'; exit 0", "before it begins seed 1"),
  ]) func whatIsNotAccountedForIsAFailure(_ script: String, _ reason: String) throws {
    let (told, tally, _) = try run(script, goesOn: false)
    #expect(told.contains(reason), "\(script): \(told)")
    #expect(tally.failures > 0 && tally.seeds == 0)
  }

  @Test func aSeedThatHangsIsKilledAndNamed() throws {
    let script = "echo \"{\\\"begins\\\":$1}\"; [ $1 = 1 ] && exec sleep 1000; exit 3"
    let (told, tally, share) = try run(script, seedNanos: 50_000_000)
    #expect(told.hasPrefix("FAILED seed 1: it did not end in 0 s and was killed"), "\(told)")
    #expect(told.contains("FAILED seed 2: the program ends: exited with code 3"))
    #expect((tally.failures, share.unfinished) == (3, nil))
  }

  @Test func oneThatIsAskedToEndBeforeItBeginsHasNotFailed() throws {
    let (told, tally, share) = try run("exec sleep 1000") { $0.endSoon() }
    #expect((told, tally.failures, share.unfinished) == ("", 0, nil))
  }

  @Test func oneThatIsKilledInASeedLeavesItUnfinished() throws {
    let folder = try FileSystem.temporaryDirectory("waggle-share")
    var tally = SeedTally(command: { "\($0)" }, tell: { _ in })
    let share = SeedShare(0, of: 1...3, step: 1, goesOn: true, path: "\(folder)/0") { _ in
      ["/bin/sh", "-c", "echo '{\"begins\":1}'; exec sleep 1000"]
    }
    try share.start()
    let deadline = Clock.bootNanos() + patienceNanos
    while share.unfinished == nil, Clock.bootNanos() < deadline { try share.look(&tally) }
    share.kill()
    while !share.isOver, Clock.bootNanos() < deadline { try share.look(&tally) }
    #expect((share.isOver, share.unfinished, tally.failures) == (true, 1, 0))
    try FileSystem.remove(folder)
  }
}

/// What a campaign says.
@Suite struct SeedTextTests {
  @Test(arguments: [
    ("-1..5", "a seed is not negative"), ("5..1", "it ends before it begins"),
    ("5..", "the last seed is missing"), ("..5", "the first seed is missing"),
    ("..", "the first seed is missing"),
    ("1...5", "two dots are meant, not more"), ("1-5", "two dots are missing"), ("", "two dots are missing"),
    ("1..b", "'b' is no whole number"), ("1..99999999999999999999", "is above 9223372036854775807"),
    ("+1..2", "'+1' is no whole number"),
  ]) func aRangeThatIsNoneSaysWhy(_ text: String, _ reason: String) {
    #expect {
      _ = try SeedRange.read(text)
    } throws: {
      "\($0)".contains("--seeds is '\(text)': ") && "\($0)".contains(reason)
    }
  }

  @Test func aRangeHasBothItsEnds() throws {
    #expect(try SeedRange.read("1..1") == 1...1)
    #expect(try SeedRange.read("0..9223372036854775807") == 0...9_223_372_036_854_775_807)
  }

  @Test func hoursAreRoundedToTheNearest() {
    let hour: Int64 = 3_600_000_000_000
    #expect(SeedTally.hours(0) == "0.00")
    #expect(SeedTally.hours(hour / 100 - 1) == "0.01")
    #expect(SeedTally.hours(hour / 2) == "0.50")
    #expect(SeedTally.hours(hour - 1) == "1.0")
    #expect(SeedTally.hours(3 * hour / 2 + hour / 20) == "1.6")
  }

  @Test func longListsStandInLinesOfAHundredColumns() {
    let items = (0..<60).map { "item \($0)" }
    let lines = SeedTally.list("judged", items).split(separator: "\n")
    #expect(lines.count > 1 && lines.allSatisfy { $0.count <= SeedTally.columns })
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("        item") })
    #expect(SeedTally.list("struck", ["kill 1", "pause 1"]) == "struck: kill 1, pause 1\n")
  }

  @Test func wordsAreQuotedForAShell() throws {
    #expect(ShellWords.text(["seeds", "a/b.json5", "--seed=1"]) == "seeds a/b.json5 --seed=1")
    #expect(ShellWords.text(["my file", "it's", "$x", ""]) == "'my file' 'it'\\''s' '$x' ''")
  }

  @Test func aSmallerFileNeverTakesThePlaceOfAnother() throws {
    let folder = try FileSystem.temporaryDirectory("waggle-small")
    let paths = try (1...3).map { try SeedSmallFile(seed: 7, in: folder).write("\($0)") }
    #expect(
      paths.map { $0.split(separator: "/").last } == [
        "seed-7.faults.json5", "seed-7.2.faults.json5", "seed-7.3.faults.json5",
      ])
    for (number, path) in paths.enumerated() {
      #expect(try FileSystem.read(path, maxBytes: 10) == Array("\(number + 1)".utf8))
    }
    try FileSystem.remove(folder)
  }

  @Test func whereNothingCanBeWrittenIsKnownBefore() throws {
    let folder = try FileSystem.temporaryDirectory("waggle-small")
    #expect(SeedSmallFile.problem(writing: "\(folder)/x.html") == nil)
    #expect(try FileSystem.list(folder).isEmpty)
    #expect(SeedSmallFile.problem(writing: folder) != nil)
    #expect(SeedSmallFile.problem(writing: "\(folder)/none/x.html") != nil)
    #expect(SeedSmallFile.problem(writing: "/proc/x.html") != nil)
    try FileSystem.remove(folder)
  }
}
