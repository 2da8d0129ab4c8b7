import ActorKit
import Platform
import Testing
import Topology

import SimulatedColony

/// Files of faults are checked whole, and refused with the place and the reason.
struct FaultFileTests {
  private func refusal(_ text: String, in topology: Topology? = nil) throws -> String? {
    let topology = try topology ?? SmallColony.topology()
    do {
      _ = try SeedPlan(seed: 1, minutes: 1, of: topology).changed(by: text, in: topology)
      return nil
    } catch { return "\(error)" }
  }

  private func fault(_ members: String) -> String { "{ faults: [\n{ \(members) }] }" }

  @Test(arguments: [
    ("[]", "1:1: a file of faults is an object, not a list"),
    ("{ faults: {} }", "1:11: 'faults' is an object, but must be a list"),
    ("{ faults: [3] }", "1:12: a fault is an object, not a number"),
    ("{ answers: 1 }", "1:12: 'answers' is a number, but must be true or false"),
    ("{ clocks: \"no\" }", "1:11: 'clocks' is a string, but must be true or false"),
    ("{ clocks: true, clocks: false }", "1:17: the key 'clocks' stands here twice"),
    ("{ quakes: [] }", "1:3: a file of faults has no key 'quakes'"),
    ("{ faultMillis: 3700001 }", "1:16: 'faultMillis' is 3700001, but must be a whole number"),
    ("{ faultMillis: -1 }", "1:16: 'faultMillis' is -1"),
    ("{ faultMillis: 1e30 }", "1:16: 'faultMillis' is 1e30"),
    ("{ durability: \"disk\", faults: [] }", "1:15: 'durability' must be \"process\" or \"power\""),
    ("{ durability: \"process\" }", "1:15: durability \"process\" needs a list 'faults'"),
    ("{ faults: [", "1:12: expected"),
  ]) func ofTheWholeFile(_ text: String, _ reason: String) throws {
    let said = try #require(try refusal(text), "\(text) is taken")
    #expect(said.hasPrefix(reason), "\(text): \(said)")
  }

  @Test(arguments: [
    ("kind: \"kill\", component: \"feed\"", "2:1: a fault needs 'at'"),
    ("at: 1, component: \"feed\"", "2:1: a fault's 'kind' is one of kill"),
    ("at: 1, kind: \"earthquake\"", "2:16: a fault's 'kind' is one of kill"),
    ("at: 1, at: 2, kind: \"kill\"", "2:10: the key 'at' stands here twice"),
    ("at: 1, kind: \"kill\", who: \"feed\"", "2:24: a fault has no key 'who'"),
    ("at: 1, kind: \"kill\"", "2:1: kill needs a component: one of venue, feed"),
    ("at: 1, kind: \"kill\", component: \"nobody\"", "2:35: 'component' is 'nobody', but must be one of"),
    ("at: 1, kind: \"kill\", component: 99", "2:35: 'component' is 99"),
    ("at: 1, kind: \"kill\", component: null", "2:35: 'component' is null"),
    ("at: 1, kind: \"kill\", component: -5", "2:35: 'component' is -5"),
    ("at: 1.5, kind: \"kill\", component: 2", "2:7: 'at' is 1.5, but must be a whole number"),
    (
      "at: 64001, kind: \"kill\", component: 2",
      "2:7: 'at' is 64001 ms, but the time for faults ends at 64000"
    ),
    ("at: 99999999999999999999, kind: \"kill\", component: 2", "2:7: 'at' is 99999999999999999999"),
    ("at: Infinity, kind: \"kill\", component: 2", "2:7: 'at' is Infinity"),
    ("at: 1, kind: \"torn\", component: \"venue\", amount: 1", "2:35: 'venue' is a venue, which torn"),
    ("at: 1, kind: \"readOnlyDisk\", component: 1, lasts: 9", "2:43: 'venue' is a venue"),
    ("at: 1, kind: \"drift\", component: 1, lasts: 9", "2:36: 'venue' is a venue"),
    ("at: 1, kind: \"halt\", component: \"risk\", lasts: 9", "2:35: 'risk' is a risk, which halt"),
    ("at: 1, kind: \"cancelAll\", component: \"queen\"", "2:40: 'queen' is a queen, which cancelAll"),
    ("at: 1, kind: \"twin\", component: \"queen\", lasts: 9", "2:35: 'queen' is a queen, which twin"),
    ("at: 1, kind: \"kill\", component: 2, other: 1", "2:45: kill has no 'other'"),
    ("at: 1, kind: \"kill\", component: 2, lasts: 1", "2:45: kill has no 'lasts'"),
    ("at: 1, kind: \"kill\", component: 2, amount: 1", "2:46: kill has no 'amount'"),
    ("at: 1, kind: \"pause\", component: 2", "2:1: 'lasts' of pause is 0, but must be 1 to 600,000 ms"),
    ("at: 1, kind: \"pause\", component: 2, lasts: -1", "2:46: 'lasts' is -1"),
    ("at: 1, kind: \"hold\", component: 2, lasts: 9", "2:1: hold needs a component as the other end"),
    ("at: 1, kind: \"hold\", component: 2, other: 2, lasts: 9", "2:45: nothing goes between 'feed' and"),
    ("at: 1, kind: \"cut\", component: \"signal\", other: \"venue\", lasts: 9", "2:51: nothing goes between"),
    (
      "at: 1, kind: \"duplicate\", component: 5, other: 1, lasts: 9, amount: 5",
      "2:50: no request comes twice to a venue"
    ),
    ("at: 1, kind: \"lose\", component: 1, other: 5, lasts: 9, amount: 1000001", "2:66: 'amount' of lose is"),
    ("at: 1, kind: \"delay\", component: 1, other: 5, lasts: 9, amount: 0", "2:67: 'amount' of delay is 0"),
    ("at: 1, kind: \"fullDisk\", component: 2, lasts: 9, amount: -1", "2:60: 'amount' of fullDisk is -1"),
    (
      "at: 1, kind: \"slowDisk\", component: 2, lasts: 9, amount: 9223372036854775807",
      "2:60: 'amount' of slowDisk"
    ),
    (
      "at: 1, kind: \"clock\", component: 2, lasts: 9, amount: -9223372036854775808",
      "2:57: 'amount' of clock"
    ),
    ("at: 1, kind: \"clock\", component: 2, lasts: 9, amount: 9223372036854775808", "2:57: 'amount' is 922"),
    ("at: 1, kind: \"crash\", component: 2, other: 0, amount: 1", "2:46: 'other' of crash is 0"),
    ("at: 1, kind: \"crash\", component: 2, other: 1, amount: 10", "2:57: 'amount' of crash is the point's"),
    ("at: 1, kind: \"crash\", component: 2, other: 65536, amount: 1", "2:46: 'other' is 65536"),
    (
      "at: 1, kind: \"halt\", component: 5, lasts: 9, other: 3",
      "2:55: 'other' of halt is 3, but must be 0 to 2"
    ),
    ("at: 1, kind: \"power\", component: 5", "2:16: power needs durability: \"power\" in the same file"),
  ]) func ofAFault(_ members: String, _ reason: String) throws {
    let said = try #require(try refusal(fault(members)), "\(members) is taken")
    #expect(said.hasPrefix(reason), "\(members): \(said)")
  }

  @Test func aPowerLossAndDurabilityOfTheProcessDoNotGoTogether() throws {
    let faults = "faults: [{ at: 4000, kind: \"power\", component: \"risk\" }]"
    #expect(try refusal("{ durability: \"process\", \(faults) }")?.contains("power needs durability") == true)
    #expect(try refusal("{ durability: \"power\", \(faults) }") == nil)
  }

  @Test func moreTimeByTheFileMakesRoomForLaterFaults() throws {
    let late = "faults: [{ at: 64001, kind: \"kill\", component: 2 }]"
    #expect(try refusal("{ \(late), faultMillis: 64001 }") == nil)
    #expect(try refusal("{ \(late), faultMillis: 64000 }") != nil)
  }

  /// A fault after the quiet phase has begun would break rules that nothing has broken.
  @Test func aFileThatSaysOnlyHowLongLeavesNoFaultBehindIt() throws {
    let topology = try SmallColony.topology()
    for seed in UInt64(0)..<40 {
      let plan = SeedPlan(seed: seed, minutes: 1, of: topology)
      for millis: Int64 in [0, 4_001, 20_000, 120_000] {
        let changed = try plan.changed(by: "{ faultMillis: \(millis) }", in: topology)
        #expect(changed.faults.allSatisfy { $0.atMillis <= millis }, "seed \(seed)")
        let common = min(changed.faults.count, plan.faults.count)
        #expect(changed.faults.prefix(common) == plan.faults.prefix(common), "seed \(seed)")
      }
    }
  }

  /// What a seed draws and what a file may say is the same world: the smaller plan of any failure is read.
  @Test func whatAnySeedDrawsIsTakenFromAFile() throws {
    let topology = try SmallColony.topology()
    for seed in UInt64(0)..<400 {
      let plan = SeedPlan(seed: seed, minutes: 1, of: topology)
      let read = try SeedPlan(seed: seed, minutes: 0.1, of: topology).changed(
        by: plan.text(in: topology), in: topology)
      #expect(read == plan, "seed \(seed)")
    }
  }

  /// A file may be written for another seed's durability.
  @Test func theDurabilityOfAFileCountsForEverySeed() throws {
    let topology = try SmallColony.topology()
    let text = "{ durability: \"power\", faults: [] }"
    for seed in UInt64(0)..<8 {
      let plan = try SeedPlan(seed: seed, minutes: 1, of: topology).changed(by: text, in: topology)
      #expect(plan.durability == .power)
    }
  }

  @Test func aFaultInWordsNamesItsComponents() throws {
    let topology = try SmallColony.topology()
    let faults = [
      Fault(.hold, atMillis: 1, lastsMillis: 9, component: 5, other: 1),
      Fault(.delay, atMillis: 2, lastsMillis: 9, component: 1, other: 5, amount: 400),
      Fault(.crash, atMillis: 3, component: 4, other: 12, amount: 3),
    ]
    #expect(
      faults.map { $0.text(in: topology) } == [
        "1 ms: hold executor and venue for 9 ms", "2 ms: delay venue to executor for 9 ms: 400 µs",
        "3 ms: crash risk at arrival 12 at after_commit",
      ])
  }
}

/// The document's table and example are what the parser takes.
struct FaultDocumentTests {
  private func document() throws -> [String] {
    let bytes = try FileSystem.read("\(SmallColony.root)/docs/SIMULATION.md", maxBytes: 1 << 20)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  @Test func everyKindHasItsFiguresAndUnitsInTheTable() throws {
    let rows = try document().filter { $0.hasPrefix("| `") }
    for kind in Fault.Kind.allCases {
      let row = try #require(rows.first { $0.contains("`\(kind.rawValue)`") }, "no row of \(kind.rawValue)")
      // The figure of a crash is a point's name.
      let bounds = [kind.shape.other, kind == .crash ? nil : kind.shape.amount]
      for bound in bounds.compactMap({ $0 }) {
        #expect(row.contains(bound.text), "\(kind.rawValue): \(bound.text)")
      }
    }
    for point in CrashPoint.allCases {
      #expect(try document().contains { $0.contains("`\(point.rawValue)`") }, "\(point)")
    }
    let lasts = try #require(Fault.Kind.pause.shape.lasts)
    #expect(try document().contains { $0.contains(lasts.text) })
  }

  @Test func theExampleIsTaken() throws {
    let lines = try document()
    let begin = try #require(lines.firstIndex(of: "```json5"))
    let example = lines[(begin + 1)...].prefix { $0 != "```" }.joined(separator: "\n")
    let topology = try SmallColony.topology()
    let plan = try SeedPlan(seed: 1, minutes: 1, of: topology).changed(by: example, in: topology)
    #expect(plan.faults.count >= 4)
    #expect(plan.durability == .power)
  }
}
