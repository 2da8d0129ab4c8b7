import Platform
import Testing
import Topology

import SimulatedColony

struct SeedPlanTests {
  @Test func aSeedMakesOnePlanAndAnotherSeedAnother() throws {
    let topology = try SmallColony.topology()
    #expect(
      SeedPlan(seed: 7, minutes: 1, of: topology) == SeedPlan(seed: 7, minutes: 1, of: topology))
    #expect(
      SeedPlan(seed: 7, minutes: 1, of: topology) != SeedPlan(seed: 8, minutes: 1, of: topology))
  }

  @Test func everyKindOfFaultIsDrawnBySomeSeed() throws {
    let topology = try SmallColony.topology()
    let kinds = (UInt64(0)..<60).flatMap { seed in
      SeedPlan(seed: seed, minutes: 1, of: topology).faults.map(\.kind)
    }
    #expect(Set(kinds) == Set(Fault.Kind.allCases))
  }

  @Test func venuesLoseNoPowerNoDiskAndNoClockAndNothingComesTwiceToThem() throws {
    let topology = try SmallColony.topology()
    for seed in UInt64(0)..<60 {
      for fault in SeedPlan(seed: seed, minutes: 1, of: topology).faults {
        switch fault.kind {
        case .power, .torn, .clock, .fullDisk: #expect(fault.component != 1, "seed \(seed)")
        case .duplicate: #expect(fault.other != 1, "seed \(seed)")
        default: break
        }
      }
    }
  }

  @Test func aPlanAsAFileIsThePlan() throws {
    let topology = try SmallColony.topology()
    for seed in UInt64(0)..<40 {
      let plan = SeedPlan(seed: seed, minutes: 1, of: topology)
      let read = try SeedPlan(seed: seed, minutes: 3, of: topology).changed(
        by: plan.text(in: topology), in: topology)
      #expect(read.faults == plan.faults, "seed \(seed)")
      #expect(read.faultMillis == plan.faultMillis)
      #expect(read.answers == plan.answers)
    }
  }

  @Test(arguments: [
    "{ faults: [{ at: 1, kind: \"earthquake\" }] }", "{ faults: [{ kind: \"kill\" }] }",
    "{ faults: [{ at: 1, kind: \"kill\", component: \"nobody\" }] }", "{ faultMillis: -1 }",
    "{ quakes: [] }", "{ faults: [",
  ])
  func aFileThatIsWrongIsRefusedWithItsPlace(_ text: String) throws {
    let topology = try SmallColony.topology()
    let plan = SeedPlan(seed: 1, minutes: 1, of: topology)
    #expect {
      _ = try plan.changed(by: text, in: topology)
    } throws: {
      "\($0)".contains("1:")
    }
  }
}

/// The topology that the campaigns run.
enum SmallColony {
  static func topology() throws -> Topology {
    let path = "\(root)/topology/chaos.json5"
    return try Topology.load(bytes: try FileSystem.read(path, maxBytes: 1 << 20))
  }

  static var root: String {
    // Tests/SimulatedColonyTests/SeedPlanTests.swift
    var parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }
}
