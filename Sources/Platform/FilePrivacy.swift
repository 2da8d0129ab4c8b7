import Glibc

/// What a process makes belongs to its user alone: journals, logs and sockets tell what is traded and let
/// whoever reaches them command it.
public enum FilePrivacy {
  /// From here on this process makes folders 0700 and files 0600, whatever mode a call asks for. Called
  /// first thing by every program; children inherit it.
  public static func begin() { _ = umask(0o077) }
}

extension FileSystem {
  /// Sets the permission bits of what is there.
  public static func setMode(_ path: String, _ mode: UInt32) throws(FileError) {
    // unsafe: the path is copied for the call.
    guard unsafe chmod(path, mode) == 0 else {
      throw FileError(path: path, operation: "chmod", code: errno)
    }
  }
}
