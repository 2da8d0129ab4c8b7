import ActorKit
import HostKit
import Platform

/// The crash mark in memory shared with a file: setting it costs a few stores, and the kernel keeps it when
/// the process dies.
package final class CrashMarkFile: CrashMarks {
  private let memory: MappedFile
  /// What the last incarnation died on, if it died in a turn and of a trap. A kill says nothing of the input.
  private let suspect: CrashMark?
  private var notesTraps = false

  deinit { if notesTraps { FatalSignals.forget() } }

  /// sender 0, template 2, epoch 4, sequence 8, deaths 16, in hand 20.
  private static let byteCount = 24
  private static let deathsOffset = 16
  private static let inHandOffset = 20
  private static let suspectOffset = byteCount
  /// The epoch of the last incarnation, and its complement, which shows that it is one.
  private static let epochOffset = 2 * byteCount
  /// Set by the signal of a trap, cleared by the next incarnation; then when the last traps were found, boot
  /// clock, newest first.
  package static let trappedOffset = epochOffset + 8
  private static let trapTimesOffset = trappedOffset + 8
  /// The lineage of the journal that was last open, and its complement.
  private static let lineageOffset = trapTimesOffset + 8 * fatalTraps
  /// Turns that were cut from the journal and not yet made good, and the complement.
  private static let cutOffset = lineageOffset + 16
  private static let fileBytes = cutOffset + 8

  /// So many traps within `trapWindowNanos` are a program that cannot do its work.
  package static let fatalTraps = 3
  package static let trapWindowNanos: Int64 = 60 * .nanosPerSecond

  /// In memory that ends with the process where there can be no file and `canDoWithout` allows it.
  static func make(
    in configuration: HostConfiguration, canDoWithout: Bool
  ) throws(HostError) -> CrashMarkFile {
    do throws(HostError) {
      return try CrashMarkFile(path: path(in: configuration))
    } catch {
      guard canDoWithout else { throw error }
      return CrashMarkFile(MappedFile(withoutFileOf: fileBytes))
    }
  }

  private static func path(in configuration: HostConfiguration) -> String {
    "\(configuration.runFolder)/\(configuration.name).mark"
  }

  package convenience init(path: String) throws(HostError) {
    let memory: MappedFile
    do throws(FileError) {
      memory = try MappedFile(path, byteCount: Self.fileBytes)
    } catch {
      throw .file(error)
    }
    self.init(memory)
  }

  /// Reads nothing of an incarnation's end into it.
  private init(uninterpreted memory: consuming MappedFile) {
    self.memory = memory
    suspect = nil
  }

  private init(_ memory: consuming MappedFile) {
    let wasInHand: UInt32 = memory.load(at: Self.inHandOffset)
    // Whoever was killed, or lost power, died of something else than the input in hand.
    if wasInHand != 0, memory.load(UInt32.self, at: Self.trappedOffset) == 1 {
      var died = Self.read(memory, at: 0)
      let before = Self.read(memory, at: Self.suspectOffset)
      died.deaths = before.isSameInput(as: died) ? max(before.deaths, before.deaths &+ 1) : 1
      Self.write(died, to: memory, at: Self.suspectOffset)
    }
    memory.store(UInt32(0), at: Self.inHandOffset)
    Self.countTrap(in: memory)
    let kept = Self.read(memory, at: Self.suspectOffset)
    suspect = kept.deaths > 0 ? kept : nil
    self.memory = memory
  }

  /// Has a trap of this process noted, as long as this lives. Without it no input is ever suspected.
  package func noteTraps() {
    FatalSignals.note(in: memory, at: Self.trappedOffset)
    notesTraps = true
  }

  private static func countTrap(in memory: borrowing MappedFile) {
    guard memory.load(UInt32.self, at: trappedOffset) == 1 else { return }
    memory.store(UInt32(0), at: trappedOffset)
    for place in (1..<fatalTraps).reversed() {
      let earlier: Int64 = memory.load(at: trapTimesOffset + 8 * (place - 1))
      memory.store(earlier, at: trapTimesOffset + 8 * place)
    }
    memory.store(Clock.bootNanos(), at: trapTimesOffset)
  }

  /// How many of the last incarnations died of a bug lately, at most `fatalTraps`. Killed ones do not count.
  package var recentTraps: Int {
    let now = Clock.bootNanos()
    return (0..<Self.fatalTraps).count { place in
      let time: Int64 = memory.load(at: Self.trapTimesOffset + 8 * place)
      return time > 0 && time <= now && now - time < Self.trapWindowNanos
    }
  }

  /// Remembers the incarnation, which a journal may not: where there is none, and where a person puts an
  /// older copy in its place. The next goes on above it. `isOnlyHere`: no journal knows it, so it must be on
  /// the disk now, or after a loss of power the next would go by an epoch that its peers refuse.
  func keep(epoch: UInt32, isOnlyHere: Bool = false) {
    memory.store(epoch, at: Self.epochOffset)
    memory.store(~epoch, at: Self.epochOffset + 4)
    guard isOnlyHere else { return }
    do throws(FileError) { try memory.flush() } catch {
      // The disk that kept the journal away keeps this away too; the process ends well all the same.
    }
  }

  /// Remembers whose journal is open, for an incarnation that cannot read it.
  func keepLineage(_ lineage: UInt64) {
    memory.store(lineage, at: Self.lineageOffset)
    memory.store(~lineage, at: Self.lineageOffset + 8)
  }

  /// Remembers that turns of which others may know were cut from the journal's end; 0 for made good.
  func keepCut(turns: UInt32) {
    memory.store(turns, at: Self.cutOffset)
    memory.store(~turns, at: Self.cutOffset + 4)
  }

  /// The same for a journal that is just being opened, on the disk before the opening goes on: its own trace
  /// of the cut is gone with the next change. The larger number stays.
  static func keepCut(turns: UInt32, in configuration: HostConfiguration) throws(FileError) {
    let memory = try MappedFile(path(in: configuration), byteCount: fileBytes)
    let file = CrashMarkFile(uninterpreted: memory)
    file.keepCut(turns: max(turns, file.cutTurns))
    try file.memory.flush()
    try FileSystem.sync(directory: configuration.runFolder)
  }

  /// The turns so remembered; 0 when there are none.
  var cutTurns: UInt32 {
    let turns: UInt32 = memory.load(at: Self.cutOffset)
    return memory.load(UInt32.self, at: Self.cutOffset + 4) == ~turns ? turns : 0
  }

  /// The last epoch so remembered; 0 when there is none. Touches nothing: the file may be another process's.
  static func lastEpoch(in configuration: HostConfiguration) -> UInt32 {
    kept(UInt32.self, at: epochOffset, in: configuration)
  }

  /// The lineage of the journal that was last open; 0 when there is none.
  static func lastLineage(in configuration: HostConfiguration) -> UInt64 {
    kept(UInt64.self, at: lineageOffset, in: configuration)
  }

  /// A number with its complement behind it, which shows that it is one; else 0.
  private static func kept<Number: FixedWidthInteger & UnsignedInteger>(
    _ kind: Number.Type, at offset: Int, in configuration: HostConfiguration
  ) -> Number {
    do throws(FileError) {
      let bytes = try FileSystem.read(path(in: configuration), maxBytes: fileBytes)
      guard bytes.count == fileBytes else { return 0 }
      let width = Number.bitWidth / 8
      func number(_ offset: Int) -> Number {
        bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | Number($1) }
      }
      let kept = number(offset)
      return number(offset + width) == ~kept ? kept : 0
    } catch {
      // No file, or none that can be read: nothing is known.
      return 0
    }
  }

  /// Marks the input as in hand; false if it has killed too often and must be refused.
  package func admit(_ mark: CrashMark) -> Bool {
    if let suspect, suspect.isSameInput(as: mark), suspect.deaths >= CrashMark.fatalDeaths { return false }
    Self.write(mark, to: memory, at: 0)
    memory.store(UInt32(1), at: Self.inHandOffset)
    return true
  }

  /// The turn is over: nothing is in hand.
  package func clear() { memory.store(UInt32(0), at: Self.inHandOffset) }

  private static func read(_ memory: borrowing MappedFile, at offset: Int) -> CrashMark {
    CrashMark(
      sender: memory.load(at: offset), template: memory.load(at: offset + 2),
      epoch: memory.load(at: offset + 4), sequence: memory.load(at: offset + 8),
      deaths: memory.load(at: offset + deathsOffset))
  }

  private static func write(_ mark: CrashMark, to memory: borrowing MappedFile, at offset: Int) {
    memory.store(mark.sender, at: offset)
    memory.store(mark.template, at: offset + 2)
    memory.store(mark.epoch, at: offset + 4)
    memory.store(mark.sequence, at: offset + 8)
    memory.store(mark.deaths, at: offset + deathsOffset)
  }
}
