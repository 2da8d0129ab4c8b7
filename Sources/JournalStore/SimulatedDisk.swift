import Records
import Wire

/// A disk as a value, with the faults of a real one.
///
/// A kill leaves all that was written. When the power goes, each write since the file's last flush is kept,
/// lost, torn or zero, by a seed; what was flushed stays. A flip changes what was flushed. Names are kept at
/// once: the syncing of folders is not modelled.
public struct SimulatedDisk: Sendable {
  /// Why an operation fails.
  public enum Trouble: Error, Equatable, Sendable {
    /// No room; as much was written as there was room for.
    case full
    /// Nothing can be changed on it.
    case readOnly
    /// The process was killed in this operation or before it.
    case stopped
  }

  private struct File: Sendable {
    var name: String?
    /// What a reader sees.
    var content: [UInt8] = []
    /// What is certain to be there after the power was lost.
    var flushed: [UInt8] = []
    /// What was done since, in order.
    var pending: [Change] = []
  }

  private enum Change: Sendable {
    case write(at: Int, [UInt8])
    case truncate(to: Int)
  }

  /// Bound: changes of a file that were not flushed. The oldest half is flushed then, as a system writes back
  /// what is old.
  public static let maxPending = 4_096

  /// Rises each time the power is lost.
  public private(set) var boots: UInt64 = 1
  /// Room for all files together.
  public var capacityBytes = Int.max
  /// Nothing can be changed, and all can be read.
  public var isReadOnly = false
  public private(set) var usedBytes = 0
  private var files: [File] = []
  /// Changes until the process is killed, and how much of the last write is still made.
  private var stopping: (after: Int, keeping: UInt64)?
  private let seed: UInt64
  private var idsGiven: UInt64 = 0

  /// `seed` makes the ids of the files that are created on it.
  public init(seed: UInt64) { self.seed = seed }

  /// Whether a write may fail for want of room or of the right to write.
  public var isShort: Bool { isReadOnly || capacityBytes != .max }

  public var isStopped: Bool { stopping.map { $0.after <= 0 } ?? false }

  // MARK: Names

  /// The file of this name, which stays the same when it is renamed; nil when there is none.
  public func file(_ name: String) -> Int? { files.firstIndex { $0.name == name } }

  /// The file of this name, made when there is none.
  public mutating func make(_ name: String) throws(Trouble) -> Int {
    if let index = file(name) { return index }
    guard !isStopped else { throw .stopped }
    guard !isReadOnly else { throw .readOnly }
    files.append(File(name: name))
    return files.count - 1
  }

  public mutating func remove(_ name: String) {
    guard !isStopped, !isReadOnly, let index = file(name) else { return }
    usedBytes -= files[index].content.count
    files[index] = File()
  }

  /// False when the new name is taken, or there is nothing of the old one.
  public mutating func rename(_ name: String, to other: String) -> Bool {
    guard !isStopped, !isReadOnly, file(other) == nil, let index = file(name) else { return false }
    files[index].name = other
    return true
  }

  // MARK: Bytes

  public func content(of file: Int) -> [UInt8] { files[file].content }

  public func byteCount(of file: Int) -> Int { files[file].content.count }

  public mutating func write(_ bytes: RawSpan, to file: Int, at offset: Int) throws(Trouble) {
    var count = bytes.byteCount
    var trouble: Trouble?
    if isStopped { throw .stopped }
    if isReadOnly { throw .readOnly }
    if let stopping, stopping.after == 1 {
      count = Int(stopping.keeping % UInt64(count + 1))
      trouble = .stopped
    }
    passOperation()
    let size = files[file].content.count
    let room = capacityBytes - usedBytes
    if offset + count > size, offset + count - size > room {
      count = max(0, min(count, size + room - offset))
      trouble = trouble ?? .full
    }
    if count > 0 {
      let written = bytes.extracting(0..<count).copiedBytes()
      usedBytes += max(0, offset + count - size)
      Self.apply(.write(at: offset, written), to: &files[file].content)
      note(.write(at: offset, written), of: file)
    }
    if let trouble { throw trouble }
  }

  public mutating func truncate(_ file: Int, to byteCount: Int) throws(Trouble) {
    guard !isStopped else { throw .stopped }
    guard !isReadOnly else { throw .readOnly }
    passOperation()
    guard byteCount < files[file].content.count else { return }
    usedBytes -= files[file].content.count - byteCount
    Self.apply(.truncate(to: byteCount), to: &files[file].content)
    note(.truncate(to: byteCount), of: file)
  }

  public mutating func flush(_ file: Int) throws(Trouble) {
    guard !isStopped else { throw .stopped }
    passOperation()
    guard !isStopped else { throw .stopped }
    writeBack(file, files[file].pending.count)
  }

  private mutating func passOperation() { stopping?.after -= 1 }

  private mutating func note(_ change: Change, of file: Int) {
    files[file].pending.append(change)
    if files[file].pending.count > Self.maxPending { writeBack(file, Self.maxPending / 2) }
  }

  private mutating func writeBack(_ file: Int, _ count: Int) {
    for change in files[file].pending.prefix(count) { Self.apply(change, to: &files[file].flushed) }
    files[file].pending.removeFirst(count)
  }

  private static func apply(_ change: Change, to bytes: inout [UInt8]) {
    switch change {
    case .truncate(let count): if count < bytes.count { bytes.removeLast(bytes.count - count) }
    case .write(let offset, let written):
      let end = offset + written.count
      if offset == bytes.count {
        bytes += written
        return
      }
      if end > bytes.count { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
      bytes.replaceSubrange(offset..<end, with: written)
    }
  }

  /// An id that no other file of this disk has.
  mutating func nextID() -> FileID {
    idsGiven += 1
    var random = SampleRandom(seed: seed ^ idsGiven &* 0x9E37_79B9_7F4A_7C15)
    return FileID(high: random.next(), low: random.next())
  }
}

// MARK: - Faults

extension SimulatedDisk {
  /// Kills the process in its `count`-th change from now; of a write there, a part is made that `keeping`
  /// chooses.
  public mutating func stop(after count: Int, keeping: UInt64) { stopping = (count, keeping) }

  /// Kills the process now: nothing that it does from here on reaches the disk.
  public mutating func stop() { stopping = (0, 0) }

  /// A new process starts.
  public mutating func restart() { stopping = nil }

  /// What was not flushed meets its fate, which the seed decides.
  public mutating func losePower(seed: UInt64) {
    var random = SampleRandom(seed: seed)
    boots += 1
    for index in files.indices where files[index].name != nil {
      let pending = files[index].pending
      files[index].pending = []
      switch random.next() % 5 {
      case 0: break
      case 1: for change in pending { Self.apply(change, to: &files[index].flushed) }
      case 2:
        let kept = Int(random.next() % UInt64(pending.count + 1))
        for change in pending.prefix(kept) { Self.apply(change, to: &files[index].flushed) }
        if kept < pending.count { Self.tear(pending[kept], &files[index].flushed, &random) }
      default:
        for change in pending {
          switch random.next() % 4 {
          case 0: break
          case 1: Self.tear(change, &files[index].flushed, &random)
          default: Self.apply(change, to: &files[index].flushed)
          }
        }
      }
      usedBytes += files[index].flushed.count - files[index].content.count
      files[index].content = files[index].flushed
    }
  }

  /// A part of the write, the rest of it zero or as it was.
  private static func tear(_ change: Change, _ bytes: inout [UInt8], _ random: inout SampleRandom) {
    guard case .write(let offset, var written) = change, !written.isEmpty else { return }
    let kept = Int(random.next() % UInt64(written.count))
    if random.next() % 2 == 0 {
      for index in kept..<written.count { written[index] = 0 }
    } else if kept == 0 {
      return
    } else {
      written.removeLast(written.count - kept)
    }
    apply(.write(at: offset, written), to: &bytes)
  }

  /// Changes a byte that is there, flushed or not; false when there is none at `offset`.
  public mutating func flip(_ name: String, at offset: Int, mask: UInt8) -> Bool {
    guard let index = file(name), offset < files[index].content.count, mask != 0 else { return false }
    files[index].content[offset] ^= mask
    if offset < files[index].flushed.count { files[index].flushed[offset] ^= mask }
    for place in files[index].pending.indices {
      guard case .write(let start, var bytes) = files[index].pending[place],
        offset >= start, offset < start + bytes.count
      else { continue }
      bytes[offset - start] ^= mask
      files[index].pending[place] = .write(at: start, bytes)
    }
    return true
  }
}
