/// How an incarnation of a program ended.
package enum ProgramEnd: Error, Equatable, Sendable {
  /// Nothing of it was carried out any more: SIGKILL, or the power.
  case killed
  /// By itself, with an exit code and its last words.
  case exited(code: Int32, String)
}
