import JSON5
import SimulatedColony

/// What a worker says of a seed, as one line of JSON.
struct SeedRecord {
  let seed: UInt64
  let hash: UInt64
  let virtualNanos: Int64
  let orders: Int
  let trades: Int
  /// By the places of the rules and of the kinds of faults.
  let judged: [Int]
  let struck: [Int]
  /// The first rule that was broken, and what was said of it.
  let failure: (rule: String, text: String)?
  /// Whether a second run came out the same; nil where there was none.
  var repeats: Bool?

  /// Bound of each figure: as nanoseconds more than a day.
  private static let mostCounted: Int64 = 100_000_000_000_000

  init(_ outcome: SeedOutcome) {
    seed = outcome.seed
    hash = outcome.hash
    virtualNanos = outcome.virtualNanos
    orders = outcome.orders
    trades = outcome.trades
    judged = SeedRule.allCases.map(outcome.judgement.count)
    struck = Fault.Kind.allCases.map { outcome.struck[$0] ?? 0 }
    failure = outcome.judgement.violations.first.map { ($0.rule.rawValue, $0.description) }
  }

  /// Nil for a line that is none.
  init?(_ node: SyntaxNode) {
    // A sum over a campaign must not overflow, whatever a broken line says.
    func count(_ node: SyntaxNode?) -> Int? {
      node?.integer.flatMap { (0...Self.mostCounted).contains($0) ? Int($0) : nil }
    }
    func counts(_ key: String, _ length: Int) -> [Int]? {
      let counts = (node[key]?.elements ?? []).compactMap(count)
      return counts.count == length ? counts : nil
    }
    guard let seed = node["seed"]?.integer.flatMap(UInt64.init(exactly:)),
      let hash = node["hash"]?.string.flatMap({ UInt64($0) }), let nanos = count(node["virtualNanos"]),
      let orders = count(node["orders"]), let trades = count(node["trades"]),
      let judged = counts("judged", SeedRule.allCases.count),
      let struck = counts("struck", Fault.Kind.allCases.count)
    else { return nil }
    self.seed = seed
    self.hash = hash
    virtualNanos = Int64(nanos)
    (self.orders, self.trades, self.judged, self.struck) = (orders, trades, judged, struck)
    failure = node["rule"]?.string.map { ($0, node["text"]?.string ?? "") }
    repeats = node["repeats"]?.bool
  }

  static func beginning(_ seed: UInt64) -> String { "{\"begins\":\(seed)}\n" }

  var line: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("seed", Int64(seed))
    json.member("hash", "\(hash)")
    json.member("virtualNanos", virtualNanos)
    json.member("orders", orders)
    json.member("trades", trades)
    for (key, counts) in [("judged", judged), ("struck", struck)] {
      json.key(key)
      json.beginArray()
      for count in counts { json.value(count) }
      json.endArray()
    }
    if let failure {
      json.member("rule", failure.rule)
      json.member("text", failure.text)
    }
    if let repeats { json.member("repeats", repeats) }
    json.endObject()
    return json.text + "\n"
  }
}
