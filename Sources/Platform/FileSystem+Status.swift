import CLinux
import Glibc

/// What a path leads to.
public struct FileStatus: Sendable, Equatable {
  public enum Kind: Sendable {
    case file, directory, link, other
  }

  public let kind: Kind
  public let bytes: Int64
  /// UTC, nanoseconds since 1970-01-01.
  public let modifiedNanos: Int64
  /// The permission bits, as in 0o644.
  public let mode: UInt32
  public let ownerID: UInt32
}

extension FileSystem {
  /// What `path` leads to, nil when nothing is there. Any other failure is an error, not an absence.
  public static func status(_ path: String, followLinks: Bool = true) throws(FileError) -> FileStatus? {
    var info = stat()
    // unsafe: the C call fills the local struct.
    let failed = unsafe fstatat(AT_FDCWD, path, &info, followLinks ? 0 : AT_SYMLINK_NOFOLLOW) != 0
    if failed {
      let error = FileError(path: path, operation: "stat", code: errno)
      if error.isMissing { return nil }
      throw error
    }
    let kind: FileStatus.Kind =
      switch info.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: .other
      }
    let modified = Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
    return FileStatus(
      kind: kind, bytes: Int64(info.st_size), modifiedNanos: modified, mode: info.st_mode & 0o7777,
      ownerID: info.st_uid)
  }

  /// Whether anything is at `path`.
  public static func exists(_ path: String) throws(FileError) -> Bool {
    try status(path) != nil
  }

  /// Bytes an ordinary user can still write to the disk that holds `path`.
  public static func freeBytes(_ path: String) throws(FileError) -> Int64 {
    var info = statvfs()
    // unsafe: the C call fills the local struct.
    guard unsafe statvfs(path, &info) == 0 else {
      throw FileError(path: path, operation: "statvfs", code: errno)
    }
    return Int64(
      clamping: UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize)).partialValue)
  }

  /// Whether `path` is on a disk of another machine, where locks and fsync do not keep their promises: no
  /// place for a journal. FUSE counts too, because nothing says where its bytes go.
  public static func isNetworkFileSystem(_ path: String) throws(FileError) -> Bool {
    try networkFileSystemName(path) != nil
  }

  /// The kind of network file system `path` is on, nil for a local disk.
  public static func networkFileSystemName(_ path: String) throws(FileError) -> String? {
    var info = statfs()
    // unsafe: the C call fills the local struct.
    guard unsafe statfs(path, &info) == 0 else {
      throw FileError(path: path, operation: "statfs", code: errno)
    }
    return networkFileSystemName(magic: UInt32(truncatingIfNeeded: info.f_type))
  }

  /// The numbers of statfs(2) and linux/magic.h that mean "another machine".
  package static func networkFileSystemName(magic: UInt32) -> String? {
    switch magic {
    case 0x6969: "NFS"
    case 0x517B: "SMB"
    case 0xFE53_4D42: "SMB2"
    case 0xFF53_4D42: "CIFS"
    case 0x6573_5546: "FUSE"
    case 0x0102_1997: "9P"
    case 0x00C3_6400: "Ceph"
    case 0x5346_414F, 0x6B41_4653: "AFS"
    case 0x7375_7245: "Coda"
    case 0x564C: "NCP"
    case 0x0BD0_0BD0: "Lustre"
    case 0x0116_1970: "GFS2"
    case 0x7461_636F: "OCFS2"
    case 0x4750_4653: "GPFS"
    case 0x2003_0528: "OrangeFS"
    case 0x1983_0326: "BeeGFS"
    case 0xBACB_ACBC: "VMware shared folder"
    case 0x786F_4256: "VirtualBox shared folder"
    default: nil
    }
  }
}
