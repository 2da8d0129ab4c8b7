import Platform

/// What people and scripts read.
package enum Output {
  /// The result. When nobody reads it any more (`waggle status | head -1`) there is nothing left to do for
  /// it.
  package static func write(_ text: String) { _ = StandardOutput.write(text) }

  /// News and mistakes.
  package static func error(_ text: String) { _ = StandardError.write(text + "\n") }
}
