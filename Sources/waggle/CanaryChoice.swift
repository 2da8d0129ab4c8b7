#if CANARIES
  import ActorKit
  import Arguments
  import Console

  /// Which deliberate mistake this process makes, in builds that hold them.
  enum CanaryChoice {
    static func take(_ arguments: Arguments) throws(CommandFailure) {
      guard let name = arguments.text("--canary") else { return }
      guard let canary = Canary(rawValue: name) else {
        let names = Canary.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandFailure(UsageError("there is no canary '\(name)'", hint: names))
      }
      Canary.choose(canary)
    }

    static func words(_ arguments: Arguments) -> [String] {
      arguments.text("--canary").map { ["--canary", $0] } ?? []
    }
  }
#endif
