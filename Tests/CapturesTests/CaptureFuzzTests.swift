import Captures
import Foundation
import Platform
import Testing
import Trading

/// Seeded damage to real lines. A failure prints the seed; WAGGLE_SEED repeats it.
@Suite struct CaptureFuzzTests {
  static let seed = ProcessInfo.processInfo.environment["WAGGLE_SEED"].flatMap { UInt64($0) } ?? 20_240_808

  static let built = [
    CaptureReaderTests.depth(1, 1, 2), CaptureReaderTests.snapshot(2, 1), CaptureReaderTests.trade(3, 1),
    CaptureReaderTests.ticker(4, 1),
    CaptureReaderTests.line(5, #"{"e":"x\u00e9\n","k":[1,-2.5e+7,true,false,null,{"a":{}}]}"#),
  ].map { Array($0.utf8) }

  /// Some lines of every recording, short ones only: long snapshots would take most of the time.
  static func lines() throws -> [[UInt8]] {
    var lines = Array(repeatElement(built, count: 8).joined())
    guard
      let paths = SharedData.captures(
        "spot_btcusdt_20240808.gz", "usdm_btcusdt_20230404.dat.gz", "cm_btcusd_perp_20240808.gz")
    else { return lines }
    for path in paths {
      var reader = try LineReader(path)
      var taken = 0
      while taken < 60, try reader.next() {
        guard reader.line.count < 1_500 else { continue }
        lines.append(reader.line)
        taken += 1
      }
    }
    return lines
  }

  static func damage(_ line: inout [UInt8], _ generator: inout SplitMix64) {
    func place(_ count: Int) -> Int { Int(generator.next() % UInt64(max(1, count))) }
    for _ in 0..<(place(3) == 0 ? 3 : 1) {
      guard !line.isEmpty else { return }
      let index = place(line.count)
      switch generator.next() % 7 {
      case 0: line[index] ^= 1 << UInt8(place(8))
      case 1: line[index] = UInt8(truncatingIfNeeded: generator.next())
      case 2: line.removeSubrange(index..<min(line.count, index + 1 + place(12)))
      case 3:
        line.insert(contentsOf: line[index..<min(line.count, index + 1 + place(20))], at: place(line.count))
      case 4: line.removeSubrange(index...)
      case 5: line[index] = Array("{}[]\",:0123456789.-e\\ tfn".utf8)[place(25)]
      default: line.insert(contentsOf: repeatElement(UInt8(ascii: "9"), count: 1 + place(25)), at: index)
      }
    }
  }

  @Test func damagedLinesNeverTrap() throws {
    var generator = SplitMix64(seed: Self.seed)
    let lines = try Self.lines()
    var parser = CaptureLineParser(symbol: "BTCUSDT")
    var synchronizer = DepthSynchronizer()
    var counts = CaptureCounts()
    var kinds: [String: Int] = [:]
    var leftovers = 0
    for _ in 0..<200_000 {
      var line = lines[Int(generator.next() % UInt64(lines.count))]
      Self.damage(&line, &generator)
      let event = parser.parse(line.span)
      let kind: String
      switch event {
      case .malformed(let error):
        kind = "malformed"
        if error.description.isEmpty || !parser.bids.isEmpty || !parser.asks.isEmpty { leftovers += 1 }
      case .depth(let update):
        kind = "depth"
        _ = synchronizer.take(update, bids: parser.bids, asks: parser.asks, counts: &counts)
      case .snapshot(let snapshot):
        kind = "snapshot"
        if synchronizer.take(snapshot, counts: &counts) == .replace {
          var (bids, asks): ([BookLevel], [BookLevel]) = ([], [])
          while synchronizer.nextWaiting(bids: &bids, asks: &asks, counts: &counts) != nil {}
        }
      case .trade: kind = "trade"
      case .bookTicker: kind = "ticker"
      case .unused: kind = "unused"
      case .otherInstrument: kind = "other"
      }
      kinds[kind, default: 0] += 1
    }
    #expect(leftovers == 0, "seed \(Self.seed): levels of refused lines")
    // Damage must leave some lines readable of each kind, or the test would only see the first check.
    for kind in ["malformed", "depth", "snapshot", "trade", "ticker", "unused", "other"] {
      #expect(kinds[kind, default: 0] > 100, "seed \(Self.seed): \(kinds)")
    }
  }

  @Test func whatAnIndependentParserRefusesIsRefused() throws {
    var generator = SplitMix64(seed: Self.seed &+ 1)
    let lines = try Self.lines()
    var parser = CaptureLineParser()
    var accepted = 0
    for _ in 0..<5_000 {
      var line = lines[Int(generator.next() % UInt64(lines.count))]
      Self.damage(&line, &generator)
      if case .malformed = parser.parse(line.span) { continue }
      guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { continue }
      let json = Data(line[(blank + 1)...])
      // Foundation also wants valid UTF-8, which the parser leaves to whoever reads the text.
      guard String(validating: json, as: UTF8.self) != nil else { continue }
      accepted += 1
      do {
        _ = try JSONSerialization.jsonObject(with: json)
      } catch {
        // A number beyond Double's range is proper JSON all the same.
        let isTooLarge = "\(error)".contains("not representable")
        #expect(isTooLarge, "seed \(Self.seed): \(String(decoding: json, as: UTF8.self)): \(error)")
      }
    }
    #expect(accepted > 500)
  }
}
