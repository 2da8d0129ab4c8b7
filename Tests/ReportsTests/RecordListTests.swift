import ActorKit
import Reports
import Testing

/// Lists of which most lies on disk say the same as those in memory.
@Suite struct RecordListTests {
  private struct Line: ListedRecord, Equatable {
    var key: UInt64
    var text: UInt64 = 0

    static func bytes(of key: UInt64) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: key >> (56 - 8 * $0)) }
    }

    init(_ key: UInt64) { self.key = key }

    func write(to writer: inout SnapshotWriter) {
      writer.write(key)
      writer.write(text)
    }

    init(from reader: inout SnapshotReader) throws(RestoreError) {
      key = try reader.read()
      text = try reader.read()
    }
  }

  private func read(_ list: RecordList<Line>) -> [Line] {
    var found: [Line] = []
    var walk = list.walk()
    var last: (key: UInt64, place: Int) = (0, -1)
    while let step = walk.take() {
      #expect(last < (step.record.key, step.place), "in the order of keys, then of places")
      last = (step.record.key, step.place)
      found.append(step.record)
    }
    #expect(walk.failure == nil)
    return found
  }

  /// As the journals do it: keys mostly rise, and old records change. Odd keys come again, even ones do not.
  private func list(mostInMemory limit: Int) -> RecordList<Line> {
    var list = RecordList<Line>(mostInMemory: limit)
    var random = SplitMix(state: 11)
    for step in 0..<UInt64(2_000) {
      let isAlone = step % 3 == 0
      let key = isAlone ? 2 * (step ^ 63) : 2 * (step - min(step, random.below(40))) + 1
      #expect(list.append(Line(key)) == Int(step))
      let changed = 2 * random.below(step + 200)
      let isThere = list.contains(changed)
      #expect(list.update(changed) { $0.text += step } == isThere)
      if step % 7 == 0 { list.replace(Line(key), at: Int(step)) }
    }
    return list
  }

  @Test(arguments: [1, 7, 300]) func aListOnDiskSaysWhatOneInMemorySays(limit: Int) {
    let spilled = list(mostInMemory: limit)
    let whole = list(mostInMemory: 1 << 20)
    #expect(read(spilled) == read(whole))
    #expect(spilled.count == 2_000 && spilled.failure == nil)
  }

  @Test func whatIsNotThereIsNotFound() {
    var list = RecordList<Line>(mostInMemory: 2)
    for key in stride(from: UInt64(10), to: 100, by: 10) { list.append(Line(key)) }
    #expect(!list.contains(15) && !list.contains(5) && !list.contains(1_000))
    #expect(list.contains(10) && list.contains(90))
    #expect(!list.update(15) { _ in Issue.record("changed what is not there") })
  }

  @Test(arguments: [2, 1_000]) func twoListsAreWalkedSideBySide(limit: Int) {
    var ours = RecordList<Line>(mostInMemory: limit)
    for key: UInt64 in [5, 1, 2, 2, 9] { ours.append(Line(key)) }
    var theirs = RecordList<Line>(mostInMemory: limit)
    for key: UInt64 in [7, 2, 5, 2, 8] { theirs.append(Line(key)) }
    var told: [String] = []
    var merge = RecordMerge(ours, theirs)
    merge.visit { line, place, isTheirsToo in
      told.append("\(line.key) at \(place)\(isTheirsToo ? ", theirs too" : "")")
    } theirs: { line, place, first, time in
      told.append("their \(line.key) at \(place), \(time), \(first == nil ? "not ours" : "ours")")
    }
    #expect(
      told == [
        "1 at 1", "2 at 2, theirs too", "2 at 3, theirs too", "their 2 at 1, 1, ours",
        "their 2 at 3, 2, ours",
        "5 at 0, theirs too", "their 5 at 2, 1, ours", "their 7 at 0, 1, not ours",
        "their 8 at 4, 1, not ours",
        "9 at 4",
      ])
    #expect(merge.failure == nil)
  }
}

private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: UInt64) -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return (mixed ^ (mixed >> 31)) % bound
  }
}
