import CSQLite
import JournalStore
import Records

/// An open file of a `DriveVFS`: SQLite's own structure, then the number of the disk's file and the drive.
enum DriveFile {
  private static let fileOffset = unsafe MemoryLayout<sqlite3_file>.stride
  private static let driveOffset = fileOffset + MemoryLayout<Int>.stride
  static let byteCount = driveOffset + MemoryLayout<UInt>.stride

  /// Shared by all files; never changed and never freed.
  @safe private struct Methods: @unchecked Sendable { let pointer: UnsafePointer<sqlite3_io_methods> }
  private static let methods = unsafe Methods(pointer: makeMethods())

  /// `memory` is SQLite's, with room for `byteCount`.
  static func open(
    _ name: String, _ flags: Int32, _ memory: UnsafeMutablePointer<sqlite3_file>, on drive: DiskDrive
  ) -> Int32 {
    unsafe memory.pointee.pMethods = nil
    guard flags & SQLITE_OPEN_CREATE != 0 || drive.disk.file(name) != nil else { return SQLITE_CANTOPEN }
    do throws(SimulatedDisk.Trouble) {
      let file = try drive.disk.make(name)
      let raw = UnsafeMutableRawPointer(memory)
      unsafe raw.storeBytes(of: file, toByteOffset: fileOffset, as: Int.self)
      // The drive outlives the connection: the file system that the connection uses holds it.
      unsafe raw.storeBytes(
        of: Unmanaged.passUnretained(drive).toOpaque(), toByteOffset: driveOffset,
        as: UnsafeMutableRawPointer.self)
      unsafe memory.pointee.pMethods = methods.pointer
      return SQLITE_OK
    } catch {
      return SQLITE_CANTOPEN
    }
  }

  private static func parts(_ memory: UnsafeMutablePointer<sqlite3_file>?) -> (drive: DiskDrive, file: Int) {
    // Stored by `open`; SQLite keeps the memory until `xClose`.
    let raw = unsafe UnsafeRawPointer(memory!)
    let drive = unsafe raw.load(fromByteOffset: driveOffset, as: UnsafeRawPointer.self)
    return unsafe (
      Unmanaged<DiskDrive>.fromOpaque(drive).takeUnretainedValue(),
      raw.load(fromByteOffset: fileOffset, as: Int.self)
    )
  }

  private static func code(of trouble: SimulatedDisk.Trouble, _ operation: Int32) -> Int32 {
    switch trouble {
    case .full: SQLITE_FULL
    case .readOnly: SQLITE_READONLY
    case .stopped: SQLITE_IOERR | operation << 8
    }
  }

  private static func makeMethods() -> UnsafePointer<sqlite3_io_methods> {
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    unsafe methods.initialize(to: sqlite3_io_methods())
    unsafe methods.pointee.iVersion = 1
    unsafe setReading(methods)
    unsafe setWriting(methods)
    unsafe methods.pointee.xClose = { _ in SQLITE_OK }
    unsafe methods.pointee.xLock = { _, _ in SQLITE_OK }
    unsafe methods.pointee.xUnlock = { _, _ in SQLITE_OK }
    unsafe methods.pointee.xCheckReservedLock = { _, result in
      unsafe result?.pointee = 0
      return SQLITE_OK
    }
    unsafe methods.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
    unsafe methods.pointee.xSectorSize = { _ in 4_096 }
    // As SQLite's own file system says by default: a write harms no bytes beside it.
    unsafe methods.pointee.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
    return unsafe UnsafePointer(methods)
  }

  private static func setReading(_ methods: UnsafeMutablePointer<sqlite3_io_methods>) {
    unsafe methods.pointee.xRead = { memory, output, count, offset in
      let (drive, file) = unsafe DriveFile.parts(memory)
      let content = drive.disk.content(of: file)
      let start = min(Int(offset), content.count)
      let end = min(start + Int(count), content.count)
      // SQLite's buffer has `count` bytes; what the file does not have is zero.
      unsafe content.withUnsafeBytes { bytes in
        guard start < end, let base = bytes.baseAddress else { return }
        unsafe output!.copyMemory(from: base + start, byteCount: end - start)
      }
      guard end - start < Int(count) else { return SQLITE_OK }
      unsafe (output! + (end - start)).initializeMemory(
        as: UInt8.self, repeating: 0, count: Int(count) - (end - start))
      return SQLITE_IOERR | 2 << 8
    }
    unsafe methods.pointee.xFileSize = { memory, size in
      let (drive, file) = unsafe DriveFile.parts(memory)
      unsafe size?.pointee = sqlite3_int64(drive.disk.byteCount(of: file))
      return SQLITE_OK
    }
  }

  private static func setWriting(_ methods: UnsafeMutablePointer<sqlite3_io_methods>) {
    unsafe methods.pointee.xWrite = { memory, input, count, offset in
      let (drive, file) = unsafe DriveFile.parts(memory)
      do throws(SimulatedDisk.Trouble) {
        // SQLite's buffer lives through the call.
        let bytes = unsafe UnsafeRawBufferPointer(start: input, count: Int(count)).bytes
        try drive.disk.write(bytes, to: file, at: Int(offset))
        return SQLITE_OK
      } catch {
        return DriveFile.code(of: error, 3)
      }
    }
    unsafe methods.pointee.xTruncate = { memory, size in
      let (drive, file) = unsafe DriveFile.parts(memory)
      do throws(SimulatedDisk.Trouble) {
        try drive.disk.truncate(file, to: Int(size))
        return SQLITE_OK
      } catch {
        return DriveFile.code(of: error, 6)
      }
    }
    unsafe methods.pointee.xSync = { memory, _ in
      let (drive, file) = unsafe DriveFile.parts(memory)
      do throws(SimulatedDisk.Trouble) {
        try drive.disk.flush(file)
        return SQLITE_OK
      } catch {
        return DriveFile.code(of: error, 4)
      }
    }
  }
}
