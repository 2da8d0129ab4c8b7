import CLinux
import Glibc

/// The environment variables of this process.
public enum Environment {
  /// The value of `name`, nil when it is not set.
  public static func value(_ name: String) -> String? {
    // unsafe: the text is copied at once. Nothing in this program changes the environment.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// All variables as `NAME=value`, in the order the process was given them.
  public static func all() -> [String] {
    var entries: [String] = []
    // unsafe: the list ends with a null pointer, and each entry is a terminated text.
    guard var next = unsafe waggle_environ() else { return [] }
    while let entry = unsafe next.pointee {
      unsafe entries.append(String(cString: entry))
      unsafe next += 1
    }
    return entries
  }
}
