/// What a committed turn survives.
public enum Durability: Int64, Sendable, CaseIterable {
  /// The end of the process, kill -9 included. A power loss may cut the newest turns off.
  case process = 0
  /// A power loss too: every commit waits for the disk. Required for live accounts.
  case power = 1
}
