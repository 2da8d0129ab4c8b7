/// The layers of docs/ARCHITECTURE.md, section 3, top to bottom; imports go down only.
enum Layer: Int, Comparable, CaseIterable {
  case executables = 10
  case console = 9
  case hosts = 8
  case around = 7
  case cores = 6
  case knowledge = 5
  case stores = 4
  case contract = 3
  case plumbing = 2
  case system = 1

  static func < (left: Layer, right: Layer) -> Bool { left.rawValue < right.rawValue }

  static let targets: [Layer: Set<String>] = [
    .executables: [
      "waggle-feed", "waggle-signal", "waggle-risk", "waggle-executor", "waggle-queen", "waggle-venue",
      "waggle-relay", "waggle-monitor", "waggle", "waggle-models", "waggle-bench",
    ],
    // What the operators' programs share.
    .console: ["Console"],
    .hosts: ["HostKit", "ProcessHost", "Colony", "Relay", "Simulation", "SimulatedColony"],
    .around: [
      "Topology", "Arguments", "Telemetry", "Captures", "Reports", "Deployment",
      "CoreTestKit", "RecordSamples",
    ],
    .cores: [
      "FeedAggregator", "SignalGenerator", "Strategies", "RiskAdjuster", "OrderExecutor", "QueenOrchestrator",
      "VenueSimulator",
    ],
    .knowledge: ["Trading", "Models", "Vocabulary", "Governance"],
    // Plumbing that keeps what the contract says, on a disk or in memory.
    .stores: ["Journal", "JournalStore", "JournalTestKit"],
    .contract: ["ActorKit", "Wire", "Records"],
    .plumbing: ["ZeroMQ", "Platform", "LinearAlgebra", "JSON5"],
    .system: ["CZeroMQ", "CSQLite", "CSodium", "CZlib", "CLAPACKE", "CLinux"],
  ]

  /// These belong to no layer and import nothing of ours: the generator at build time, and what tests and the
  /// benchmark measure with. No other program imports them.
  static let tools: Set<String> = ["SBECodegen", "CAllocationCounter", "CCodecYardstick", "CFanoutYardstick"]

  /// What a target may use of its own layer.
  static let beside: [String: Set<String>] = [
    "ZeroMQ": ["Platform"],
    "ActorKit": ["Wire"],
    "Records": ["Wire", "ActorKit"],
    "JournalStore": ["Journal"],
    "JournalTestKit": ["Journal", "JournalStore"],
    "Models": ["Trading"],
    "Vocabulary": ["Trading"],
    "SignalGenerator": ["Strategies"],
    "Arguments": ["Topology"],
    "Reports": ["Telemetry", "Topology"],
    "Deployment": ["Topology", "Captures"],
    "Colony": ["HostKit"],
    "ProcessHost": ["HostKit", "Colony"],
    "Relay": ["HostKit", "Colony", "ProcessHost"],
    "SimulatedColony": ["HostKit"],
  ]

  /// Layers a layer may not reach although they lie below: cores and what they rest on never touch the
  /// system.
  static func mayReach(_ upper: String, _ lower: String) -> Bool {
    if upper == "waggle-bench", tools.contains(lower), lower != "SBECodegen" { return true }
    guard let from = Layer.of(upper), let to = Layer.of(lower) else { return false }
    if from == to { return beside[upper]?.contains(lower) ?? false }
    guard to < from else { return false }
    switch (from, to) {
    case (.cores, .plumbing), (.contract, .plumbing): return false
    case (.cores, .stores), (.knowledge, .stores): return false
    case (.knowledge, .plumbing): return upper == "Models" && lower == "LinearAlgebra"
    // The host without I/O writes figures as JSON, and reaches nothing else that could touch the system.
    case (.hosts, .plumbing) where upper == "HostKit": return lower == "JSON5"
    case (.hosts, .stores) where upper == "HostKit": return false
    case (.plumbing, .system), (.stores, .system): return true
    case (_, .system): return false
    case (.executables, _): return true
    default: return true
    }
  }

  static func of(_ target: String) -> Layer? { allCases.first { targets[$0]?.contains(target) ?? false } }

  /// Pure targets: no clock, no I/O, no chance, no Foundation.
  static func isPure(_ target: String) -> Bool {
    target == "HostKit" || [.cores, .knowledge, .contract].contains(of(target))
  }

  /// Where unsafe code may be.
  static func mayBeUnsafe(_ target: String) -> Bool {
    target == "Wire" || [.plumbing, .stores].contains(of(target))
  }
}
