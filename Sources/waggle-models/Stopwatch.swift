/// Times runs and prints one line of CSV for each: the best of a few repetitions, per update.
struct Stopwatch {
  private static let repetitions = 15

  static func printHeader() { print("model,ns per update,checksum") }

  static func observe(_ name: String, _ updates: Int, _ run: () throws -> Double) throws {
    var best = Duration.seconds(1000)
    var checksum = 0.0
    for _ in 0..<repetitions {
      let elapsed = try ContinuousClock().measure { checksum = try run() }
      best = min(best, elapsed)
    }
    let parts = best.components
    let nanos = Double(parts.seconds) * 1e9 + Double(parts.attoseconds) * 1e-9
    print("\(name),\(Number.fixed(nanos / Double(updates), 2)),\(checksum)")
  }
}
