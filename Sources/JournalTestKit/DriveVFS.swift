import CSQLite
import JournalStore
import Records

/// SQLite's file system on a simulated disk: what SQLite writes and syncs meets that disk's faults.
///
/// Registered with SQLite under a name of its own as long as it lives, so that tests run beside each other.
/// There is no other process: locks are always given. One thread at a time.
@safe package final class DriveVFS {
  package let name: String
  package let drive: DiskDrive

  private let vfs: UnsafeMutablePointer<sqlite3_vfs>
  private let cName: UnsafeMutablePointer<CChar>

  /// The name must be in no other's use.
  package init(name: String, on drive: DiskDrive) {
    self.name = name
    self.drive = drive
    let bytes = name.utf8CString
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    // As many bytes as were allocated for.
    unsafe bytes.withUnsafeBufferPointer { unsafe copy.initialize(from: $0.baseAddress!, count: $0.count) }
    unsafe cName = copy
    unsafe vfs = .allocate(capacity: 1)
    unsafe vfs.initialize(to: sqlite3_vfs())
    unsafe vfs.pointee.iVersion = 1
    unsafe vfs.pointee.szOsFile = Int32(DriveFile.byteCount)
    unsafe vfs.pointee.mxPathname = 512
    unsafe vfs.pointee.zName = UnsafePointer(cName)
    // The drive outlives the registration: both are this object's.
    unsafe vfs.pointee.pAppData = Unmanaged.passUnretained(drive).toOpaque()
    setMethods()
    let code = unsafe sqlite3_vfs_register(vfs, 0)
    precondition(code == SQLITE_OK, "SQLite did not take the file system \(name): \(code)")
  }

  deinit {
    unsafe sqlite3_vfs_unregister(vfs)
    unsafe vfs.deallocate()
    unsafe cName.deallocate()
  }

  private static func drive(of vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> DiskDrive {
    // Set by `init`; SQLite hands the structure back as it got it.
    unsafe Unmanaged<DiskDrive>.fromOpaque(vfs!.pointee.pAppData!).takeUnretainedValue()
  }

  private func setMethods() {
    unsafe vfs.pointee.xOpen = { vfs, path, file, flags, outFlags in
      let name = unsafe path.map { unsafe String(cString: $0) } ?? "temporary"
      unsafe outFlags?.pointee = flags
      return unsafe DriveFile.open(name, flags, file!, on: DriveVFS.drive(of: vfs))
    }
    unsafe vfs.pointee.xDelete = { vfs, path, _ in
      let drive = unsafe DriveVFS.drive(of: vfs)
      guard !drive.disk.isStopped else { return deletingFailed }
      drive.disk.remove(unsafe String(cString: path!))
      return SQLITE_OK
    }
    unsafe vfs.pointee.xAccess = { vfs, path, _, result in
      let exists = unsafe DriveVFS.drive(of: vfs).disk.file(String(cString: path!)) != nil
      unsafe result?.pointee = exists ? 1 : 0
      return SQLITE_OK
    }
    unsafe vfs.pointee.xFullPathname = { _, path, room, output in
      let length = unsafe String(cString: path!).utf8.count
      guard length < Int(room) else { return SQLITE_CANTOPEN }
      // With its closing zero it fits, as just asked.
      unsafe output?.update(from: path!, count: length + 1)
      return SQLITE_OK
    }
    // Nothing that a store does depends on chance or time from here.
    unsafe vfs.pointee.xRandomness = { vfs, count, output in
      let drive = unsafe DriveVFS.drive(of: vfs)
      for index in 0..<Int(count) { unsafe output?[index] = CChar(bitPattern: drive.randomByte()) }
      return count
    }
    unsafe vfs.pointee.xSleep = { _, micros in micros }
    unsafe vfs.pointee.xCurrentTime = { _, days in
      unsafe days?.pointee = 2_460_000
      return SQLITE_OK
    }
    unsafe vfs.pointee.xGetLastError = { _, _, _ in 0 }
  }
}

/// SQLITE_IOERR_DELETE: Swift does not import its sum of numbers.
private let deletingFailed: Int32 = 10 | 10 << 8
