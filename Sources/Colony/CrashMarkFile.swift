import ActorKit
import Platform

/// The crash mark in memory shared with a file: setting it costs a few stores, and the kernel keeps it when
/// the process dies.
package struct CrashMarkFile: ~Copyable {
  private let memory: MappedFile
  /// What the last incarnation died on, if it died in a turn.
  private let suspect: CrashMark?

  /// sender 0, template 2, epoch 4, sequence 8, deaths 16, in hand 20.
  private static let byteCount = 24
  private static let deathsOffset = 16
  private static let inHandOffset = 20
  private static let suspectOffset = byteCount

  init(in configuration: HostConfiguration) throws(HostError) {
    try self.init(path: "\(configuration.runFolder)/\(configuration.name).mark")
  }

  package init(path: String) throws(HostError) {
    let memory: MappedFile
    do throws(FileError) {
      memory = try MappedFile(path, byteCount: 2 * Self.byteCount)
    } catch {
      throw .file(error)
    }
    let wasInHand: UInt32 = memory.load(at: Self.inHandOffset)
    if wasInHand != 0 {
      var died = Self.read(memory, at: 0)
      let before = Self.read(memory, at: Self.suspectOffset)
      died.deaths = before.isSameInput(as: died) ? max(before.deaths, before.deaths &+ 1) : 1
      Self.write(died, to: memory, at: Self.suspectOffset)
      memory.store(UInt32(0), at: Self.inHandOffset)
    }
    let kept = Self.read(memory, at: Self.suspectOffset)
    suspect = kept.deaths > 0 ? kept : nil
    self.memory = memory
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
