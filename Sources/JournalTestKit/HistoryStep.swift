import Records

/// What happens to a store in a history.
package enum HistoryStep: Equatable, Sendable, CustomStringConvertible {
  case begin(Durability)
  case append(bytes: Int, flushing: Bool)
  case snapshot
  case checkpoint
  case close
  case kill
  /// In the change with this number from here on.
  case killIn(change: Int)
  case losePower
  case flip(file: String, at: Int, mask: UInt8)
  case mend
  case fill(room: Int)
  case reopen(turns: Int)
  case refuse(String)

  package var description: String {
    switch self {
    case .begin(let durability): "\(durability)"
    case .append(let bytes, let flushing): flushing ? "append \(bytes)" : "append \(bytes) lazily"
    case .snapshot: "snapshot"
    case .checkpoint: "checkpoint"
    case .close: "close"
    case .kill: "kill"
    case .killIn(let change): "kill in change \(change)"
    case .losePower: "power loss"
    case .flip(let file, let at, let mask): "flip \(file)[\(at)] ^ \(mask)"
    case .mend: "mend"
    case .fill(let room): "full after \(room)"
    case .reopen(let turns): "open with \(turns)"
    case .refuse(let what): "refused (\(what))"
    }
  }
}
