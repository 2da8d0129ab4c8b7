import Glibc

/// A look at SQLite's write-ahead log before SQLite uses it.
///
/// SQLite drops the log from its first unreadable frame on and says nothing, because after a power loss that
/// is normal. Here it is not always: see `JournalOpening.judge`. Format:
/// https://www.sqlite.org/fileformat2.html, 4.1.
package struct WriteAheadLog: Equatable {
  /// Readable frames, up to the first that is not.
  package private(set) var soundFrames = 0
  /// Frames that end a transaction, belong to this generation of the log, and come after an unreadable one;
  /// zero where the file itself holds all that they say.
  package private(set) var unreadableCommits = 0
  /// The log ends in bytes that are not a whole readable frame.
  package private(set) var endsBroken = false

  /// Bytes that no generation of the log has written whole: half a frame, or zeros for one.
  package private(set) var hasFragments = false

  /// The readable frames end without a commit: SQLite passes the last of them over.
  package private(set) var endsInsideCommit = false

  /// Commits that cannot be read, as far as that can be told: a broken end is at least one.
  package var unreadableCommitsAtLeast: Int { max(unreadableCommits, isWhole ? 0 : 1) }

  /// Nothing of the log was lost, and nothing has to be cut off.
  package var isWhole: Bool { isClean && !hasFragments && !endsInsideCommit }

  package var isClean: Bool { unreadableCommits == 0 && !endsBroken }

  /// What cannot be reached, by the salt of its generation; dropped when the scan ends.
  private var unreachable: [[UInt8]: Unreachable] = [:]

  private struct Unreachable: Equatable {
    var commits = 0
    /// The newest image of each page, at most as many as the file has pages.
    var pages: [UInt32: [UInt8]] = [:]
  }

  package init() {}

  /// Reads the log that belongs to the journal at `path`; no log is a clean one. Without the journal's `file`
  /// all that cannot be reached counts as lost.
  package static func inspect(
    journal path: String, file: Database? = nil
  ) throws(JournalError) -> WriteAheadLog {
    let logPath = path + "-wal"
    let descriptor = unsafe Glibc.open(logPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return WriteAheadLog() }
      throw .unwritable(path: logPath, what: describe(errno))
    }
    defer { Glibc.close(descriptor) }
    return try inspect { (buffer) throws(JournalError) in
      try read(descriptor, into: &buffer, path: logPath)
    } page: { (offset, byteCount) throws(JournalError) in
      try file?.bytes(at: offset, count: byteCount) ?? []
    }
  }

  /// Reads a log that `read` hands over front to back: it fills the buffer as far as there are bytes and says
  /// how many. `page` gives bytes of the journal's file, fewer where it ends before.
  package static func inspect(
    _ read: (inout [UInt8]) throws(JournalError) -> Int,
    page: (_ offset: Int, _ byteCount: Int) throws(JournalError) -> [UInt8]
  ) throws(JournalError) -> WriteAheadLog {
    var log = WriteAheadLog()
    try log.scan(read)
    try log.countUnreadable(page)
    return log
  }

  /// SQLite begins a log anew only when the file has all of it, from the front: a loss of power in the first
  /// write of a new generation leaves frames of the one before behind a torn header. They are no loss. Where
  /// frames before them can be read that is another thing: SQLite puts those over newer pages of the file.
  private mutating func countUnreadable(
    _ page: (_ offset: Int, _ byteCount: Int) throws(JournalError) -> [UInt8]
  ) throws(JournalError) {
    // In any order: the largest number counts.
    for generation in unreachable.values where generation.commits > unreadableCommits {
      if soundFrames == 0, try Self.isMoved(generation.pages, page) { continue }
      unreadableCommits = generation.commits
    }
    unreachable = [:]
  }

  private static func isMoved(
    _ pages: [UInt32: [UInt8]], _ page: (_ offset: Int, _ byteCount: Int) throws(JournalError) -> [UInt8]
  ) throws(JournalError) -> Bool {
    for (number, image) in pages {
      guard number > 0 else { return false }
      guard try page((Int(number) - 1) * image.count, image.count) == image else { return false }
    }
    return true
  }

  private static let headerBytes = 32
  private static let frameHeaderBytes = 24

  private mutating func scan(_ read: (inout [UInt8]) throws(JournalError) -> Int) throws(JournalError) {
    var header = [UInt8](repeating: 0, count: Self.headerBytes)
    let count = try read(&header)
    guard count > 0 else { return }
    guard count == header.count else {
      endsBroken = true
      return
    }
    let magic = Self.big(header, 0)
    let pageSize = Int(Self.big(header, 8))
    let checksummed = LogChecksum(bigEndian: magic & 1 == 1)
    var running = checksummed
    running.add(header[0..<24])
    var isSound =
      magic & ~1 == 0x377f_0682 && running.matches(header, at: 24) && pageSize >= 512 && pageSize <= 65536
    // A damaged header hides the page size; 4096 is what this file's creator uses.
    let frameBytes = Self.frameHeaderBytes + (isSound ? pageSize : 4096)
    var frame = [UInt8](repeating: 0, count: frameBytes)
    // Of a log whose header cannot be read each generation is counted for itself.
    let salt = isSound ? Array(header[16..<24]) : nil
    while true {
      let count = try read(&frame)
      guard count == frameBytes else {
        endsBroken = endsBroken || (count > 0 && isSound)
        hasFragments = hasFragments || count > 0
        return
      }
      let saltOfFrame = Array(frame[8..<16])
      var isOfThisGeneration = salt.map { $0 == saltOfFrame } ?? true
      if isSound {
        running.add(frame[0..<8])
        running.add(frame[Self.frameHeaderBytes...])
        let continues = running.matches(frame, at: 16)
        isSound = isOfThisGeneration && continues
        // The sums go on, so the frame belongs here: its salt is damaged.
        isOfThisGeneration = isOfThisGeneration || continues
      }
      if isSound {
        soundFrames += 1
        endsInsideCommit = Self.big(frame, 4) == 0
      } else if isOfThisGeneration {
        endsBroken = true
        let generation = salt ?? saltOfFrame
        if Self.big(frame, 4) != 0 { unreachable[generation, default: Unreachable()].commits += 1 }
        let image = Array(frame[Self.frameHeaderBytes...])
        unreachable[generation, default: Unreachable()].pages[Self.big(frame, 0)] = image
      } else if Self.big(frame, 0) == 0 {
        // Pages are numbered from 1.
        hasFragments = true
      }
    }
  }

  private static func read(
    _ descriptor: Int32, into buffer: inout [UInt8], path: String
  ) throws(JournalError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        // Writes only inside the array.
        unsafe Glibc.read(descriptor, bytes.baseAddress! + filled, bytes.count - filled)
      }
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw .storage(path: path, operation: "reading the log", code: errno, what: describe(errno))
      }
      filled += count
    }
    return filled
  }

  private static func big(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    var value: UInt32 = 0
    for index in offset..<offset + 4 { value = value << 8 | UInt32(bytes[index]) }
    return value
  }
}

/// SQLite's two-word running sum over 32-bit words, in the byte order the log's magic number names.
private struct LogChecksum {
  let bigEndian: Bool
  var first: UInt32 = 0
  var second: UInt32 = 0

  init(bigEndian: Bool) { self.bigEndian = bigEndian }

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    var index = bytes.startIndex
    while index + 8 <= bytes.endIndex {
      first = first &+ word(bytes, index) &+ second
      second = second &+ word(bytes, index + 4) &+ first
      index += 8
    }
  }

  /// Stored sums are big-endian whatever the order of the summed words.
  func matches(_ bytes: [UInt8], at offset: Int) -> Bool {
    func stored(_ offset: Int) -> UInt32 {
      bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
    return stored(offset) == first && stored(offset + 4) == second
  }

  private func word(_ bytes: ArraySlice<UInt8>, _ index: Int) -> UInt32 {
    let (a, b, c, d) = (
      UInt32(bytes[index]), UInt32(bytes[index + 1]), UInt32(bytes[index + 2]), UInt32(bytes[index + 3])
    )
    return bigEndian ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a
  }
}
