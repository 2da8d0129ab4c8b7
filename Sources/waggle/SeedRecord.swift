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
    guard let seed = node["seed"]?.integer, let hash = node["hash"]?.string.flatMap({ UInt64($0) }) else {
      return nil
    }
    func count(_ key: String) -> Int { Int(node[key]?.integer ?? 0) }
    func counts(_ key: String, _ length: Int) -> [Int] {
      let counts = (node[key]?.elements ?? []).map { Int($0.integer ?? 0) }
      return counts.count == length ? counts : Array(repeating: 0, count: length)
    }
    self.seed = UInt64(seed)
    self.hash = hash
    virtualNanos = node["virtualNanos"]?.integer ?? 0
    orders = count("orders")
    trades = count("trades")
    judged = counts("judged", SeedRule.allCases.count)
    struck = counts("struck", Fault.Kind.allCases.count)
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
