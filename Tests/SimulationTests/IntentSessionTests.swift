import Platform
import Reports
import Simulation
import Telemetry
import Testing
import Topology

/// Signals on their way through the whole colony, in virtual time.
@Suite struct IntentSessionTests {
  @Test(arguments: [UInt64(1), 2, 3]) func everySignalHasExactlyOneEnd(seed: UInt64) throws {
    var session = try SimulatedSession(try Self.topology(seed), capturesFolder: ".")
    let record = try session.run(seconds: 60)
    let signal = try #require(record.figures.first { $0.component == "signal" })
    let risk = try #require(record.figures.first { $0.component == "risk" })
    func count(_ figures: ComponentFigures, _ name: String) -> Int64 {
      figures.counters.first { $0.name == name }?.value ?? 0
    }
    func ended(_ figures: ComponentFigures) -> Int64 {
      figures.counters.filter { $0.name.hasPrefix("intents.ended.") }.map(\.value).reduce(0, +)
    }
    let issued = count(signal, "intents.issued")
    // A position is held until its stop or target closes it, so signals come one after the other.
    #expect(issued > 2, "seed \(seed)")
    #expect(count(risk, "intents") == issued, "seed \(seed)")
    #expect(ended(signal) == issued && ended(risk) == issued, "seed \(seed)")
    for name in ["duplicate", "late", "adopted"] {
      #expect(count(signal, "intents.\(name)") == 0 && count(risk, "intents.\(name)") == 0, "seed \(seed)")
    }
    let passed = count(risk, "intents.accepted") + count(risk, "intents.reduced")
    #expect(passed + count(risk, "intents.refused") == issued && passed > 0, "seed \(seed)")
    let executor = try #require(record.figures.first { $0.component == "executor" })
    let ends = executor.counters.filter { $0.name.hasPrefix("intentsEnded.") }.map(\.value).reduce(0, +)
    #expect(count(executor, "intents") == passed && ends == passed, "seed \(seed)")
    #expect(count(executor, "intentsEnded.filled") > 0, "seed \(seed)")
    #expect(count(executor, "alarms.unprotectedPosition") == 0, "seed \(seed)")
    #expect(RunReport(record).isReconciled, "seed \(seed)")
  }

  private static func topology(_ seed: UInt64) throws -> Topology {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    let root = parts.dropLast(3).joined(separator: "/")
    let bytes = try FileSystem.read("\(root)/topology/intents.json5", maxBytes: 1 << 20)
    let text = String(decoding: bytes, as: UTF8.self)
      .replacing("barMillis: 1000,", with: "barMillis: 200,")
      .replacing("coolDownMillis: 10000,", with: "coolDownMillis: 500,")
      .replacing("minStopBps: 5,", with: "minStopBps: 1,")
      .replacing("stopVolatilities: 1.0,", with: "stopVolatilities: 0.1,")
    return try Topology.load(text: text).applying(.init(seed: seed))
  }
}
