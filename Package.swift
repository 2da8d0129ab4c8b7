// swift-tools-version:6.2
import PackageDescription

// Layers, top to bottom; imports go down only (docs/ARCHITECTURE.md, section 3). `LayerTests` holds the same
// table and fails when a source file imports against it.

/// Every target: Swift 6 mode (below) and no warning survives.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// Targets that touch raw memory or C: each unsafe expression must say so (SE-0458).
let memorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// Views borrowed from bytes (`~Escapable`) need lifetime annotations, which 6.3 still calls experimental.
let lifetimes: [SwiftSetting] = memorySafe + [.enableExperimentalFeature("Lifetimes")]

/// Crash points kill a process on request, to show that it recovers. Users' builds contain none.
let crashPoints: [SwiftSetting] =
  [.define("WAGGLE_CRASH_POINTS", .when(configuration: .debug))]
  + (Context.environment["WAGGLE_TEST_BUILD"] == nil ? [] : [.define("WAGGLE_CRASH_POINTS")])

/// Deliberate mistakes that a simulation must find, to be chosen at run time (docs/SIMULATION.md, section 1).
/// Users' builds contain none.
let canaries: [SwiftSetting] =
  Context.environment["WAGGLE_CANARIES"] == nil ? [] : [.define("CANARIES")]

func target(_ name: String, _ dependencies: [String] = [], _ settings: [SwiftSetting] = strict) -> Target {
  .target(name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: settings)
}

/// A target of which a part is made from `records.xml`.
func recorded(
  _ name: String, _ dependencies: [String], _ settings: [SwiftSetting] = strict, exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, exclude: exclude,
    swiftSettings: settings, plugins: ["SBECodegenPlugin"])
}

func executable(
  _ name: String, _ dependencies: [String], _ settings: [SwiftSetting] = strict
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: settings)
}

func tests(
  _ name: String, _ dependencies: [String], _ settings: [SwiftSetting] = strict, exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, exclude: exclude,
    swiftSettings: settings)
}

let cores = [
  "FeedAggregator", "SignalGenerator", "Strategies", "RiskAdjuster", "OrderExecutor", "QueenOrchestrator",
  "VenueSimulator",
]
let around = ["Topology", "Telemetry", "Captures", "Reports", "Deployment", "Vocabulary"]

let system: [Target] = [
  .systemLibrary(name: "CZeroMQ"),
  .systemLibrary(name: "CSQLite"),
  .systemLibrary(name: "CSodium"),
  .systemLibrary(name: "CZlib"),
  .systemLibrary(name: "CLAPACKE"),
  .systemLibrary(name: "CLinux"),
]

let plumbing: [Target] = [
  target("JSON5"),
  target("Platform", ["CLinux", "CZlib"], memorySafe),
  target("ZeroMQ", ["CZeroMQ", "Platform"], lifetimes),
  target("LinearAlgebra", ["CLAPACKE"], memorySafe),
]

let contract: [Target] = [
  .executableTarget(name: "SBECodegen", swiftSettings: strict),
  .plugin(name: "SBECodegenPlugin", capability: .buildTool(), dependencies: ["SBECodegen"]),
  .target(
    name: "Wire", exclude: ["messages.xml"], swiftSettings: lifetimes, plugins: ["SBECodegenPlugin"]),
  recorded("ActorKit", ["Wire"], strict + canaries, exclude: ["records.xml"]),
  // A turn as a journal keeps it, and what a store of turns promises.
  target("Records", ["Wire"], lifetimes),
]

let stores: [Target] = [
  target("Journal", ["Records", "CSQLite", "CSodium"], memorySafe),
  target(
    "JournalStore", ["Journal", "Records", "ActorKit", "Wire", "CLinux", "CSQLite", "CSodium"], lifetimes),
]

let knowledge: [Target] = [
  target("Trading"),
  target("Models", ["LinearAlgebra", "Trading"]),
  // What the messages say, in the terms of Trading: the one place where codes and values meet.
  recorded("Vocabulary", ["ActorKit", "Wire", "Trading"]),
  // Halts that are latched and commands that were carried out, for whoever obeys an operator.
  target("Governance", ["ActorKit", "Wire"]),
]

let actors: [Target] = [
  target("FeedAggregator", ["ActorKit", "Wire", "Trading", "Models", "Vocabulary"]),
  target("Strategies", ["ActorKit", "Wire", "Trading", "Models", "Vocabulary"]),
  recorded(
    "SignalGenerator",
    ["Strategies", "ActorKit", "Wire", "Trading", "Models", "Vocabulary", "Governance"]),
  recorded("RiskAdjuster", ["ActorKit", "Wire", "Trading", "Models", "Vocabulary", "Governance"]),
  recorded("OrderExecutor", ["ActorKit", "Wire", "Trading", "Models", "Vocabulary", "Governance"]),
  recorded("QueenOrchestrator", ["ActorKit", "Wire", "Trading", "Vocabulary", "Governance"]),
  recorded("VenueSimulator", ["ActorKit", "Wire", "Trading", "Models", "Vocabulary"]),
]

let surroundings: [Target] = [
  target("Topology", ["ActorKit", "JSON5", "Trading", "Vocabulary", "Wire"]),
  // The words of a command line, for every program.
  target("Arguments", ["Topology"]),
  target("Telemetry", ["JSON5", "ActorKit", "Wire"]),
  target("Captures", ["ActorKit", "Wire", "Trading", "Platform"]),
  recorded(
    "Reports",
    cores + [
      "ActorKit", "Wire", "Trading", "Vocabulary", "Governance", "JournalStore", "Records", "JSON5",
      "Platform", "Telemetry",
      "Topology",
    ]),
  // A topology's settings as the configurations of cores, for both hosts.
  target("Deployment", cores + ["Captures", "Topology", "Trading", "ActorKit", "Wire"]),
]

let hosts: [Target] = [
  // The host without I/O: sessions, streams, liveness, routes.
  target("HostKit", ["ActorKit", "Wire", "Records", "Vocabulary", "Telemetry", "JSON5"]),
  // Runs of a host's components: folders, registry, supervision, control ports.
  target(
    "Colony",
    [
      "HostKit", "ActorKit", "Wire", "ZeroMQ", "JournalStore", "Records", "Platform", "Topology", "Telemetry",
      "JSON5",
      "Trading",
      "Vocabulary",
    ]),
  // Drives a host as one process.
  target(
    "ProcessHost",
    [
      "HostKit", "Colony", "ActorKit", "Wire", "ZeroMQ", "Journal", "JournalStore", "Records", "Platform",
      "Topology", "Telemetry",
      "JSON5", "Vocabulary",
    ], strict + crashPoints),
  // Carries topics to observers; no core, no journal, no session.
  target(
    "Relay",
    [
      "HostKit", "Colony", "ProcessHost", "ActorKit", "Wire", "ZeroMQ", "Platform", "Topology", "JSON5",
      "Vocabulary",
    ]),
  target("Simulation", cores + around + ["ActorKit", "Wire", "Trading", "Models"]),
  // Drives the hosts of a whole colony in virtual time, with faults from a seed.
  target(
    "SimulatedColony",
    cores + [
      "HostKit", "ActorKit", "Wire", "Records", "JournalStore", "Trading", "Topology", "Deployment",
      "Vocabulary", "Governance", "JSON5",
    ]),
]

/// What tests of cores share; nothing else depends on it.
let testKits: [Target] = [
  target("CoreTestKit", ["ActorKit", "Wire"]),
  recorded("RecordSamples", cores + ["ActorKit", "Wire", "Trading", "Vocabulary", "Governance"]),
  // A disk in memory with the faults of a real one, below SQLite and beside it, and histories on it.
  target(
    "JournalTestKit", ["JournalStore", "Journal", "Records", "ActorKit", "Wire", "Platform", "CSQLite"],
    lifetimes),
  // Counts the calling thread's allocations, to show that a hot path makes none. For tests and benchmarks
  // only.
  .target(name: "CAllocationCounter"),
  // Six messages encoded by hand, beside which waggle-bench measures the generated codecs.
  .target(name: "CCodecYardstick"),
  // A bare publisher beside which it measures the feed's, and the subscribers to both.
  .target(name: "CFanoutYardstick", linkerSettings: [.linkedLibrary("zmq")]),
]

/// What the operators' programs share: finding a colony, failing with a message and a code.
let console: [Target] = [
  target("Console", ["Arguments", "Captures", "Colony", "HostKit", "Strategies", "Topology", "Platform"])
]

let hosting = ["HostKit", "Colony", "ProcessHost", "ActorKit", "Wire", "Trading", "Platform"]
let host = around + ["Arguments"] + hosting
let executables: [Target] = [
  executable("waggle-feed", host + ["FeedAggregator"]),
  executable("waggle-signal", host + ["SignalGenerator", "Strategies"]),
  executable("waggle-risk", host + ["RiskAdjuster"]),
  executable("waggle-executor", host + ["OrderExecutor"]),
  executable("waggle-queen", host + ["QueenOrchestrator"]),
  executable("waggle-venue", host + ["VenueSimulator"]),
  executable("waggle-relay", host + ["Relay"]),
  executable("waggle-monitor", host + ["Console", "ZeroMQ", "JSON5"]),
  executable("waggle-models", ["Models", "LinearAlgebra", "Trading"]),
  executable(
    "waggle",
    host + ["Console", "Simulation", "SimulatedColony", "ZeroMQ", "JSON5", "JournalStore", "Records"]
      + cores,
    strict + canaries),
  // Stands in for a component in the tests of the supervisor.
  .executableTarget(
    name: "fake-component",
    dependencies: ["Colony", "Topology", "Arguments", "ActorKit", "Wire", "Platform", "ZeroMQ", "Vocabulary"]
      .map { .byName(name: $0) },
    path: "Tests/FakeComponent", swiftSettings: strict),
  // Measures parts of Waggle for scripts/bench.sh.
  executable(
    "waggle-bench",
    cores + around + [
      "Simulation", "ActorKit", "Wire", "Trading", "Journal", "JournalStore", "JournalTestKit", "Records",
      "JSON5", "Platform", "HostKit", "ZeroMQ", "CAllocationCounter", "CCodecYardstick", "CFanoutYardstick",
    ]),
]

let testTargets: [Target] = [
  tests("ArchitectureTests", []),
  tests("JSON5Tests", ["JSON5"]),
  tests("PlatformTests", ["Platform", "CZlib", "CLinux"]),
  tests("ZeroMQTests", ["ZeroMQ", "Platform", "CZeroMQ"]),
  tests("RecordsTests", ["Records", "Wire"]),
  tests("JournalTests", ["Journal", "JournalTestKit", "Platform", "CSQLite"]),
  tests(
    "JournalStoreTests", ["JournalStore", "JournalTestKit", "Journal", "Records", "Wire"]),
  tests("LinearAlgebraTests", ["LinearAlgebra"]),
  tests("WireTests", ["Wire"], exclude: ["golden.txt", "golden-1.txt", "golden-2.txt"]),
  tests("SBECodegenTests", ["SBECodegen"]),
  tests("ActorKitTests", ["ActorKit", "Wire", "Trading"], strict + canaries),
  tests("VocabularyTests", ["Vocabulary", "Wire", "Trading"]),
  tests("TradingTests", ["Trading"]),
  tests(
    "ModelsTests", ["Models", "LinearAlgebra", "Trading", "Platform", "waggle-models", "CAllocationCounter"]),
  tests("TopologyTests", ["Topology", "ActorKit", "JSON5", "Trading", "Vocabulary"]),
  tests("TelemetryTests", ["Telemetry", "JSON5"]),
  tests("CapturesTests", ["Captures", "Trading", "Platform"]),
  tests(
    "FeedAggregatorTests",
    [
      "FeedAggregator", "CoreTestKit", "CAllocationCounter", "ActorKit", "Wire", "Trading", "Models",
      "Vocabulary",
    ]),
  tests(
    "SignalGeneratorTests",
    [
      "SignalGenerator", "Strategies", "FeedAggregator", "CoreTestKit", "CAllocationCounter", "ActorKit",
      "Wire", "Trading", "Models", "Vocabulary", "Governance",
    ]),
  tests(
    "RiskAdjusterTests",
    [
      "RiskAdjuster", "Governance", "CoreTestKit", "CAllocationCounter", "ActorKit", "Wire", "Trading",
      "Vocabulary",
    ]),
  tests(
    "OrderExecutorTests",
    [
      "OrderExecutor", "RiskAdjuster", "Governance", "CoreTestKit", "ActorKit", "Wire", "Trading",
      "Vocabulary",
    ]),
  tests(
    "QueenOrchestratorTests",
    ["QueenOrchestrator", "Governance", "CoreTestKit", "ActorKit", "Wire", "Trading", "Vocabulary"]),
  tests(
    "VenueSimulatorTests",
    [
      "VenueSimulator", "Deployment", "Topology", "CoreTestKit", "ActorKit", "Wire", "Trading", "Vocabulary",
    ]),
  tests(
    "ReportsTests",
    cores + [
      "RecordSamples",
      "Reports", "ActorKit", "Wire", "Trading", "Vocabulary", "Governance", "JournalTestKit", "JournalStore",
      "Records",
      "JSON5", "Platform",
      "Telemetry", "Topology", "CSQLite",
    ], exclude: ["golden.txt", "golden-1.txt", "golden-2.txt"]),
  tests(
    "HostKitTests",
    [
      "HostKit", "CoreTestKit", "JournalStore", "Records", "ActorKit", "Wire", "Trading", "Vocabulary",
      "Telemetry", "JSON5",
    ]),
  tests("ColonyTests", ["Colony", "Platform", "Topology"]),
  tests(
    "ProcessHostTests",
    [
      "ProcessHost", "HostKit", "Simulation", "CoreTestKit", "ActorKit", "Wire", "ZeroMQ", "JournalTestKit",
      "JournalStore",
      "Records",
      "Topology",
      "Platform", "Vocabulary", "Trading", "Telemetry",
    ]),
  tests(
    "RelayTests",
    [
      "Relay", "CoreTestKit", "HostKit", "Colony", "ProcessHost", "Topology", "ActorKit", "Wire", "ZeroMQ",
      "CZeroMQ", "Platform", "Vocabulary",
      "JSON5", "waggle-relay",
    ]),
  tests(
    "SimulationTests",
    [
      "Simulation", "ActorKit", "Wire", "Topology", "Reports", "Telemetry", "Trading", "Platform", "JSON5",
      "OrderExecutor", "VenueSimulator",
    ]),
  tests(
    "SimulatedColonyTests",
    [
      "SimulatedColony", "HostKit", "ActorKit", "Wire", "Topology", "Platform", "Governance", "OrderExecutor",
      "Trading", "VenueSimulator", "Vocabulary",
    ]),
  tests(
    "WaggleTests",
    host + cores + [
      "ZeroMQ", "CoreTestKit", "Journal", "JournalTestKit", "JournalStore", "Records", "JSON5", "Console",
      "waggle",
      "waggle-monitor",
      "fake-component",
    ]),
  // Runs the built programs as a user would; depends on all of them so that they are there.
  tests(
    "EndToEndTests",
    [
      "ActorKit", "Colony", "JSON5", "Platform", "Topology", "Vocabulary", "Wire", "ZeroMQ", "waggle",
      "waggle-feed", "waggle-signal", "waggle-risk", "waggle-executor", "waggle-queen", "waggle-venue",
      "waggle-relay", "waggle-monitor",
    ]),
]

let package = Package(
  name: "Waggle",
  products: [
    // For strategies in packages of their own (README, "Writing a strategy").
    .library(
      name: "Waggle",
      targets: [
        "Strategies", "SignalGenerator", "Deployment", "ProcessHost", "Platform", "Trading", "Models",
        "ActorKit",
      ])
  ],
  targets: system + plumbing + contract + stores + knowledge + actors + surroundings + hosts + console
    + testKits + executables + testTargets,
  swiftLanguageModes: [.v6]
)
