import Glibc

/// A mount made for a test and taken away at its end; nil where the process may not mount.
final class Mount {
  private let path: String
  private var isMounted = true

  /// A disk of its own, of so many bytes.
  init?(diskAt path: String, bytes: Int) {
    self.path = path
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0 else { return nil }
  }

  /// The folder itself, read-only for everyone.
  init?(readOnly path: String) {
    self.path = path
    guard mount(path, path, nil, UInt(MS_BIND), nil) == 0 else { return nil }
    let flags = UInt(MS_REMOUNT) | UInt(MS_BIND) | UInt(MS_RDONLY)
    guard mount(path, path, nil, flags, nil) == 0 else { return nil }
  }

  deinit { unmount() }

  func unmount() {
    guard isMounted else { return }
    isMounted = false
    umount2(path, Int32(MNT_DETACH))
  }
}
