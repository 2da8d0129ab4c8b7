import HostKit
import Testing

/// A file of kept arrivals: what is whole is given, and what is not is told with its place.
@Suite struct ArrivalsParserTests {
  /// A file, and where each of its records ends.
  private static func file(turns: Int = 5, end: ArrivalsEnd? = .asAsked) -> (bytes: [UInt8], ends: [Int]) {
    var inputs = RandomInputs(seed: 11)
    let history = inputs.history(turns: turns)
    var records = [ArrivalsRecord.bytes(.head, history.head.bytes, number: 0)]
    for (place, turn) in history.turns.enumerated() {
      records.append(ArrivalsRecord.bytes(.turn, turn, number: UInt64(place) + 1))
    }
    if let end { records.append(ArrivalsRecord.bytes(.end, [end.rawValue], number: UInt64(records.count))) }
    var bytes = ArrivalsRecord.preamble
    var ends: [Int] = []
    for record in records {
      bytes += record
      ends.append(bytes.count)
    }
    return (bytes, ends)
  }

  /// How many records are found, and why no more are, if that is a mistake. In pieces of so many bytes.
  private static func parse(_ bytes: [UInt8], pieces: Int = .max) -> (found: Int, refusal: ArrivalsRefusal?) {
    var parser = ArrivalsParser()
    var found = 0
    do throws(ArrivalsRefusal) {
      var rest = bytes[...]
      while true {
        while try parser.next() != nil { found += 1 }
        if rest.isEmpty { break }
        parser.add(rest.prefix(pieces))
        rest = rest.dropFirst(pieces)
      }
      try parser.finish()
      return (found, nil)
    } catch {
      return (found, error)
    }
  }

  @Test(arguments: [1, 7, 100, 4_096, Int.max]) func aFileMayComeInPieces(pieces: Int) {
    let (bytes, ends) = Self.file()
    let (found, refusal) = Self.parse(bytes, pieces: pieces)
    #expect(found == ends.count && refusal == nil)
  }

  @Test func theHeadSaysWhatARerunMustKnow() throws {
    let (bytes, _) = Self.file()
    var parser = ArrivalsParser()
    parser.add(bytes[...])
    guard case .head(let head) = try parser.next() else {
      Issue.record("no head")
      return
    }
    #expect(head.identity.name == "a" && head.identity.number == 1 && head.identity.processID == 7)
    #expect("\(head.identity.colony)" == "colony 'toys', run run-1")
    #expect(head.journal.epoch == 3 && head.journal.lineage == 9 && head.journal.isStored)
    #expect(head.journal.lastTurn == 4 && head.journal.lastRow == 10 && head.journal.cutTurns == 2)
    #expect(head.journal.impairment == nil && head.hasDevice && head.firstMarketNanos == 17)
    #expect(head.bootNanos == 5)
  }

  @Test func aFileThatIsCutAnywhereGivesWhatIsWhole() {
    let (bytes, ends) = Self.file()
    for count in bytes.indices {
      let (found, refusal) = Self.parse(Array(bytes[..<count]))
      #expect(found == ends.count { $0 <= count }, "cut at \(count)")
      let isWhole = ends.contains(count)
      #expect((refusal == nil) == isWhole, "cut at \(count)")
      if let refusal, found > 0 { #expect(refusal.atByte == ends[found - 1], "cut at \(count)") }
    }
  }

  @Test func anyByteThatIsChangedIsToldWithItsRecord() {
    let (bytes, ends) = Self.file(turns: 3)
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1 << (UInt8(truncatingIfNeeded: place) % 8)
      let (found, refusal) = Self.parse(changed)
      #expect(refusal != nil, "byte \(place)")
      #expect(found == ends.count { $0 <= place }, "byte \(place)")
    }
  }

  @Test func anotherVersionIsNamedAndRefused() throws {
    var (bytes, _) = Self.file()
    bytes[8] = 9
    let refusal = try #require(Self.parse(bytes).refusal)
    #expect("\(refusal)".contains("version 9, of which this program knows 1 only"))
    #expect(
      Self.parse(Array("not such a file at all".utf8)).refusal?.what == "this is no file of kept arrivals")
  }

  @Test func aRecordThatIsMissingOrMovedIsRefused() throws {
    let (bytes, ends) = Self.file()
    let first = Array(bytes[ends[0]..<ends[1]])
    let second = Array(bytes[ends[1]..<ends[2]])
    let head = Array(bytes[..<ends[0]])
    #expect(Self.parse(head + second).found == 1)
    #expect(Self.parse(head + second + first).refusal?.atByte == ends[0])
    #expect(Self.parse(head + first + first).found == 2)
  }

  @Test func nothingMayStandBehindTheEnd() throws {
    let (bytes, ends) = Self.file(turns: 3)
    let more = ArrivalsRecord.bytes(.end, [1], number: UInt64(ends.count))
    #expect(Self.parse(bytes + more).refusal != nil)
    #expect(Self.parse(bytes + more).found == ends.count)
  }
}
