import Colony
import Platform
import Testing
import Topology

/// 2024-08-08T23:54:13.9Z.
private let time: Int64 = 1_723_161_253_900_000_000

private func manifest(_ folder: RunFolder, _ overrides: Topology.Overrides = .init()) throws -> RunManifest {
  try withFakeColony { colony in
    RunManifest(
      folder: folder, topology: colony.topology, host: "local", startedNanos: time,
      topologyFile: "/x/y.json5",
      overrides: overrides)
  }
}

@Test func runsOfOneSecondAreCounted() throws {
  try withTemporaryFolder { folder in
    let first = try RunFolder.create(in: folder, colony: "paper", atUnixNanos: time)
    #expect(first.folder.path == "\(folder)/paper/20240808T235413Z-1")
    let second = try RunFolder.create(in: folder, colony: "paper", atUnixNanos: time)
    #expect(second.folder.run == "20240808T235413Z-2")
    try first.folder.begin(topology: Array("{}".utf8), manifest(first.folder))
    try second.folder.begin(topology: Array("{}".utf8), manifest(second.folder))
    let third = try RunFolder.create(in: folder, colony: "paper", atUnixNanos: time)
    #expect(third.folder.run == "20240808T235413Z-3")
    #expect(try RunFolder.find("latest", in: folder, colony: "paper") == second.folder)
    #expect(try RunFolder.newest(in: folder) == second.folder)
    #expect(try RunFolder.at(second.folder.path + "/").run == second.folder.run)
  }
}

@Test func theNewestOfAllColoniesIsFound() throws {
  try withTemporaryFolder { folder in
    for (colony, seconds) in [("a", 2), ("b", 3), ("c", 1)] as [(String, Int64)] {
      let run = try RunFolder.create(in: folder, colony: colony, atUnixNanos: time + seconds * 1_000_000_000)
      try run.folder.begin(topology: [], manifest(run.folder))
    }
    #expect(try RunFolder.newest(in: folder).colony == "b")
  }
}

@Test func aRunHasOneSupervisor() throws {
  try withTemporaryFolder { folder in
    let run = try RunFolder.create(in: folder, colony: "paper", atUnixNanos: time)
    try run.folder.begin(topology: [], manifest(run.folder))
    #expect {
      _ = try RunFolder.resume("latest", in: folder, colony: "paper")
    } throws: { error in
      if case RunFolderError.held(let path, _) = error { path == run.folder.path } else { false }
    }
  }
}

@Test(arguments: ["nothing", "", "..", "../paper/x"])
func onlyRunsAreResumed(name: String) throws {
  try withTemporaryFolder { folder in
    #expect(throws: RunFolderError.self) { _ = try RunFolder.resume(name, in: folder, colony: "paper") }
    #expect(throws: RunFolderError.noRuns(varFolder: folder)) { try RunFolder.newest(in: folder) }
  }
}

@Test func theManifestReadsBackAsItWas() throws {
  try withTemporaryFolder { folder in
    let run = try RunFolder.create(in: folder, colony: "fake", atUnixNanos: time).folder
    var written = try manifest(
      run, .init(portBase: 6000, captureFiles: ["/a \"b\".gz", "/c.gz"], seed: .max >> 1, speed: 2.5))
    written.isRealtime = true
    try run.begin(topology: Array("text".utf8), written)
    #expect(try RunManifest.read(run.manifestPath) == written)
    #expect(try FileSystem.read(run.topologyPath, maxBytes: 10) == Array("text".utf8))
  }
}

@Test(arguments: ["", "{", "[]", "{}", "{ format: 2 }", "{ format: 1 }", "\u{FF}"])
func otherManifestsAreRefused(text: String) throws {
  try withTemporaryFolder { folder in
    try FileSystem.write(Array(text.utf8), to: "\(folder)/manifest.json")
    #expect {
      try RunFolder.at(folder)
    } throws: { error in
      if case RunFolderError.badManifest = error { true } else { false }
    }
  }
}
