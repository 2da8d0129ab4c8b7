import Records
import Wire

/// Holds a simulated disk while stores write on it; the disk can be taken out as a value and put back.
public final class DiskDrive {
  public var disk: SimulatedDisk
  /// Decides which requested flushes are done: a helper may be behind.
  private var lag: SampleRandom

  public init(_ disk: SimulatedDisk, lagSeed: UInt64 = 0) {
    self.disk = disk
    lag = SampleRandom(seed: lagSeed)
  }

  /// Begins the chance of lagging flushes anew.
  package func reseed(_ seed: UInt64) { lag = SampleRandom(seed: seed) }

  /// Of the chance that programs ask the system for.
  package func randomByte() -> UInt8 { UInt8(truncatingIfNeeded: lag.next()) }

  package var boot: FileID { FileID(high: disk.boots, low: 1) }

  package func openMark(_ path: String) throws(JournalError) -> any MarkFile {
    do throws(SimulatedDisk.Trouble) {
      let isNew = disk.file(path) == nil
      let file = try disk.make(path)
      if isNew {
        let zeros = [UInt8](repeating: 0, count: CommitMark.fileBytes)
        // The array lives through the call.
        try disk.write(unsafe zeros.span.bytes, to: file, at: 0)
      }
      return DriveMarkFile(self, file, path: path)
    } catch {
      throw error.journalError(path, "making the commit mark")
    }
  }

  /// Whether a helper gets to a flush before the process goes on.
  fileprivate func flushesNow() -> Bool { lag.next() % 2 == 0 }
}

/// A commit mark's file on a simulated disk.
private final class DriveMarkFile: MarkFile {
  private let drive: DiskDrive
  private let file: Int
  private let path: String

  init(_ drive: DiskDrive, _ file: Int, path: String) {
    self.drive = drive
    self.file = file
    self.path = path
  }

  func read() throws(JournalError) -> [UInt8] { drive.disk.content(of: file) }

  func write(_ bytes: RawSpan, at offset: Int) throws(JournalError) {
    do throws(SimulatedDisk.Trouble) { try drive.disk.write(bytes, to: file, at: offset) } catch {
      throw error.journalError(path, "writing the commit mark")
    }
  }

  func flush() throws(JournalError) {
    do throws(SimulatedDisk.Trouble) { try drive.disk.flush(file) } catch {
      throw error.journalError(path, "flushing the commit mark")
    }
  }

  func requestFlush() throws(JournalError) {
    if drive.flushesNow() { try flush() }
  }
}

extension SimulatedDisk.Trouble {
  /// As SQLite says it: 13 of a full disk, 8 of one that can only be read, 10 of any other failure.
  package func journalError(_ path: String, _ operation: String) -> JournalError {
    switch self {
    case .full: .storage(path: path, operation: operation, code: 13, what: "the disk is full")
    case .readOnly:
      .storage(path: path, operation: operation, code: 8, what: "the disk can only be read")
    case .stopped: .storage(path: path, operation: operation, code: 10, what: "the process was killed")
    }
  }
}
