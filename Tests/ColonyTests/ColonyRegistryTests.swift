import Foundation
import Platform
import Testing

import Colony

/// The living colonies of a host, in a runtime directory of each test's own.
@Suite struct ColonyRegistryTests {
  private func entry(
    _ colony: String, supervisor: ProcessIdentity, program: ProcessIdentity? = nil
  ) -> LivingColony {
    LivingColony(
      colony: colony, run: "20240808T235413Z-1", host: "local", mode: "paper", folder: "/var/\(colony)",
      topologyFile: "/x.json5", fingerprint: 77, supervisor: supervisor, startedNanos: 5,
      programs: [
        LivingColony.Program(
          name: "venue", number: 1, process: program, publish: "tcp://127.0.0.1:1",
          control: "tcp://127.0.0.1:2")
      ])
  }

  private func own() throws -> ProcessIdentity {
    try #require(try ProcessIdentity.of(ProcessStats.ownPID))
  }

  private func with(_ body: (ColonyRegistry) throws -> Void) throws {
    let folder = try FileSystem.temporaryDirectory("waggle-registry")
    try body(ColonyRegistry(runtimeDirectory: folder))
    try FileSystem.remove(folder)
  }

  @Test func whatLivesIsReadBackAsItWas() throws {
    try with { registry in
      #expect(try registry.living().isEmpty)
      let written = entry("a", supervisor: try own(), program: try own())
      try registry.write(written)
      #expect(try registry.living() == [written])
      #expect(try registry.entry(folder: "/var/a", host: "local") == written)
      #expect(try registry.entry(folder: "/var/b", host: "local") == nil)
      #expect(try FileSystem.status(registry.folder)?.mode == 0o700)
      for name in try FileSystem.list(registry.folder) where name.hasSuffix(".json") {
        #expect(try FileSystem.status("\(registry.folder)/\(name)")?.mode == 0o600)
      }
      try registry.remove(written)
      #expect(try registry.living().isEmpty)
    }
  }

  /// A number that has gone to another process is not the process, and an entry of the boot before is stale.
  @Test func staleEntriesAreRecognisedAndCleaned() throws {
    try with { registry in
      let living = try own()
      let reused = ProcessIdentity(pid: living.pid, startTicks: living.startTicks - 1, boot: living.boot)
      let before = ProcessIdentity(pid: living.pid, startTicks: living.startTicks, boot: "another")
      for (name, process) in [("a", reused), ("b", before)] {
        try registry.write(entry(name, supervisor: process, program: process))
      }
      try FileSystem.write(Array("{ format: 7 }".utf8), to: "\(registry.folder)/c.json")
      #expect(try registry.living().isEmpty)
      #expect(try FileSystem.list(registry.folder).filter { $0.hasSuffix(".json") } == ["c.json"])
    }
  }

  @Test func anOrphanKeepsItsEntry() throws {
    try with { registry in
      let gone = ProcessIdentity(pid: 1, startTicks: -1, boot: "")
      let left = entry("a", supervisor: gone, program: try own())
      try registry.write(left)
      let found = try #require(try registry.living().first)
      #expect(try !found.isSupervised)
      #expect(try found.livingPrograms.map(\.name) == ["venue"])
    }
  }
}
