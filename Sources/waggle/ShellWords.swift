/// Words of a command as a person can give them to a shell again.
package enum ShellWords {
  package static func text(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  private static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", ",", "+", "@", "%", "=": true
      default: false
      }
    }
    guard !plain || word.isEmpty else { return word }
    // Within single quotes a shell takes everything as it is but a single quote.
    return "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
