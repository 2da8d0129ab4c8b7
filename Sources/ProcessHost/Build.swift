import Wire

/// What this program calls itself in sessions.
enum Build {
  static let name: NameText = {
    guard let text = NameText("waggle 0.1.0") else { preconditionFailure("a build name is ASCII") }
    return text
  }()
}
