import Testing
import Topology
import Trading

#if canImport(Glibc)
  import Glibc
#endif

/// The package's root: this file is three folders below it.
private let root: String = {
  var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  parts.removeLast(3)
  return parts.joined(separator: "/")
}()

private func bytes(ofFile path: String) throws -> [UInt8] {
  let file = try #require(fopen(path, "rb"), "cannot open \(path)")
  defer { fclose(file) }
  var bytes: [UInt8] = []
  while true {
    let byte = getc(file)
    if byte == EOF { return bytes }
    bytes.append(UInt8(byte))
  }
}

@Test(arguments: ["paper.json5", "intents.json5", "chaos.json5", "replay-binance-spot.json5"])
func theDeliveredTopologiesAreCorrect(name: String) throws {
  let environment = TopologyEnvironment(
    runtimeDirectory: "/run/user/1000/waggle", strategyKinds: ["glft", "breakout"],
    directionalKinds: ["breakout"], captureFormats: ["binance-spot"])
  let topology = try Topology.load(
    bytes: try bytes(ofFile: "\(root)/topology/\(name)"), environment: environment)
  #expect(topology.warnings.isEmpty)
  #expect(topology.publishers.map(\.kind) == [.venue, .feed, .signal, .risk, .executor, .queen])
  #expect("\(topology.colony).json5" == name)
  #expect(topology.accounts.allSatisfy { !$0.isLive })
}

@Test func paperUsesPortsFrom5711() throws {
  let topology = try Topology.load(bytes: try bytes(ofFile: "\(root)/topology/paper.json5"))
  #expect(topology.component(named: "venue")?.publish.description == "tcp://127.0.0.1:5711")
  #expect(topology.queen.control.description == "tcp://127.0.0.1:5722")
  #expect(topology.relay(seenFrom: "local")?.publish.description == "tcp://127.0.0.1:5723")
  let instrument = try #require(topology.instrument(number: 1))
  #expect(instrument.tickSize.description == "0.01")
  #expect(instrument.minNotional == Notional(Money(raw: 500_000_000)))
}

/// A letter lost anywhere in a delivered file is refused or changes nothing but a value: no trap.
@Test func aLostCharacterNeverTraps() throws {
  let whole = try bytes(ofFile: "\(root)/topology/paper.json5")
  var refused = 0
  for index in stride(from: 0, to: whole.count, by: 7) {
    var damaged = whole
    damaged.remove(at: index)
    do throws(TopologyProblems) { _ = try Topology.load(bytes: damaged) } catch { refused += 1 }
  }
  #expect(refused > 100)
}
