import Glibc

extension FileSystem {
  /// A new, empty, private folder under `TMPDIR` or `/tmp`, named after `prefix`. Whoever asks removes it.
  public static func temporaryDirectory(_ prefix: String) throws(FileError) -> String {
    let base = Environment.value("TMPDIR") ?? "/tmp"
    var template = Array("\(base)/\(prefix).XXXXXX".utf8CString)
    // unsafe: mkdtemp replaces the six X in place and keeps the terminator.
    guard unsafe mkdtemp(&template) != nil else {
      throw FileError(path: "\(base)/\(prefix).XXXXXX", operation: "mkdtemp", code: errno)
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The private folder for sockets of this user: `$XDG_RUNTIME_DIR/waggle`, else `/run/user/<uid>/waggle`,
  /// else `/tmp/waggle-<uid>`; created with mode 0700. Refused with EPERM when another user owns it or
  /// others may enter it: an `ipc://` socket there could be taken over.
  public static func runtimeDirectory() throws(FileError) -> String {
    let user = getuid()
    let hasUserFolder = try status("/run/user/\(user)")?.ownerID == user
    let given = Environment.value("XDG_RUNTIME_DIR")
    return try privateDirectory(runtimePath(given: given, user: user, hasUserFolder: hasUserFolder))
  }

  /// Where the runtime folder goes. A relative `given` counts as none, as the XDG base directory rules say.
  package static func runtimePath(given: String?, user: UInt32, hasUserFolder: Bool) -> String {
    if let given, given.hasPrefix("/") { return "\(given)/waggle" }
    return hasUserFolder ? "/run/user/\(user)/waggle" : "/tmp/waggle-\(user)"
  }

  /// Creates `path` with mode 0700, or checks that it is a folder only this user can enter.
  package static func privateDirectory(_ path: String) throws(FileError) -> String {
    try createDirectory(path, mode: 0o700)
    // Not following links: whoever planted one would choose where our sockets go.
    let found = try status(path, followLinks: false)
    guard let found, found.kind == .directory, found.ownerID == getuid(), found.mode & 0o077 == 0 else {
      throw FileError(path: path, operation: "using as a private folder (own, mode 0700)", code: EPERM)
    }
    return path
  }

  /// The folder `path` is in: "." for a bare name.
  static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }

  /// A name in the same folder, so that the rename stays on one disk. No two calls give the same, also not
  /// in two containers that share a disk and both call themselves process 1.
  static func temporaryName(beside path: String) -> String {
    let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.index(after: $0)...] } ?? path[...]
    return "\(parent(of: path))/.\(name).\(getpid()).\(Clock.wallNanos()).\(temporaryNumbers.next()).tmp"
  }
}
