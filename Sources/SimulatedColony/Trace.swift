import Wire

/// What was seen of a run: the last of it for every node, or all of it for a picture.
struct Trace {
  /// Something at a moment, of one node.
  struct Entry: Sendable {
    enum What: Sendable {
      case message(to: Int)
      case log
      case life
      case fault
      case state
    }

    let moment: Int64
    let node: Int
    let what: What
    let text: String
  }

  /// Bound of what is kept of each node when not all is; the oldest half goes first.
  static let keptPerNode = 200
  /// Bound of all that is kept for a picture; what comes later is counted.
  static let keptInAll = 200_000

  let keepsAll: Bool
  private(set) var entries: [Entry] = []
  private(set) var leftOut = 0
  private var recent: [[Entry]]

  init(nodeCount: Int, keepsAll: Bool) {
    self.keepsAll = keepsAll
    recent = Array(repeating: [], count: nodeCount)
  }

  mutating func log(_ node: Int, at moment: Int64, _ text: String) {
    add(Entry(moment: moment, node: node, what: .log, text: text))
  }

  mutating func life(_ node: Int, at moment: Int64, _ text: String) {
    add(Entry(moment: moment, node: node, what: .life, text: text))
  }

  mutating func fault(_ node: Int, at moment: Int64, _ text: String) {
    add(Entry(moment: moment, node: node, what: .fault, text: text))
  }

  mutating func state(_ node: Int, at moment: Int64, _ text: String) {
    add(Entry(moment: moment, node: node, what: .state, text: text))
  }

  /// A call or an answer that has left. Beats and acknowledgements are too many to be kept.
  mutating func frame(_ frame: [UInt8], from node: Int, to other: Int, at moment: Int64) {
    guard let message = Inbound(frame.span.bytes) else { return }
    switch message {
    case .heartbeat, .acknowledge, .snapshotRequest: return
    default: break
    }
    add(Entry(moment: moment, node: node, what: .message(to: other), text: "\(message.template)"))
  }

  private mutating func add(_ entry: Entry) {
    if keepsAll {
      if entries.count < Self.keptInAll { entries.append(entry) } else { leftOut += 1 }
    }
    recent[entry.node].append(entry)
    if recent[entry.node].count > Self.keptPerNode {
      recent[entry.node].removeFirst(Self.keptPerNode / 2)
    }
  }

  /// The last of what a node did, oldest first.
  func last(_ count: Int, of node: Int) -> [Entry] { recent[node].suffix(count) }
}
