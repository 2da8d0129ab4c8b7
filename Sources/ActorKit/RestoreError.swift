/// Why bytes of a journal do not make a state.
public enum RestoreError: Error, Equatable, CustomStringConvertible, Sendable {
  case truncated(at: Int, wanted: Int, have: Int)
  case trailing(Int)
  case unknownKind(UInt16)
  case unknownVersion(UInt16)
  case invalid(String)

  public var description: String {
    switch self {
    case .truncated(let at, let wanted, let have):
      "the record ends early: \(wanted) bytes wanted at \(at), \(have) left"
    case .trailing(let count): "\(count) bytes more than this program understands"
    case .unknownKind(let kind): "a fact of kind \(kind), which this program does not know"
    case .unknownVersion(let version): "a state of version \(version), which this program does not know"
    case .invalid(let what): "the record holds \(what)"
    }
  }
}
