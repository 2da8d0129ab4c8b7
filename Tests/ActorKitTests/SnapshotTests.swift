import ActorKit
import Testing
import Trading

@Suite struct SnapshotTests {
  @Test func everythingWrittenIsReadBackInOrder() throws {
    var writer = SnapshotWriter()
    writer.write(UInt8(200))
    writer.write(Int64.min)
    writer.write(Int128.max)
    writer.write(true)
    writer.write(Int32?.some(-7))
    writer.write(UInt16?.none)
    writer.write([1, 2, 3] as [UInt8])
    writer.write("Grüße")
    var reader = SnapshotReader(writer.bytes)
    let value1 = try reader.read(UInt8.self)
    #expect(value1 == 200)
    let value2 = try reader.read(Int64.self)
    #expect(value2 == .min)
    let value3 = try reader.read(Int128.self)
    #expect(value3 == .max)
    let value4 = try reader.read(Bool.self)
    #expect(value4)
    let value7 = try reader.readOptional(Int32.self)
    #expect(value7 == -7)
    let value8 = try reader.readOptional(UInt16.self)
    #expect(value8 == nil)
    let value9 = try reader.readBytes()
    #expect(value9 == [1, 2, 3])
    let value10 = try reader.readString()
    #expect(value10 == "Grüße")
    try reader.finish()
  }

  @Test func integersAreLittleEndianWithoutPadding() {
    var writer = SnapshotWriter()
    writer.write(UInt16(0x0102))
    writer.write(Int32(-2))
    #expect(writer.bytes == [2, 1, 0xFE, 0xFF, 0xFF, 0xFF])
    writer.removeAll()
    #expect(writer.bytes.isEmpty)
  }

  @Test func aShortRecordSaysWhereItEnds() {
    var reader = SnapshotReader([1, 2, 3])
    #expect(throws: RestoreError.truncated(at: 0, wanted: 8, have: 3)) { try reader.read(UInt64.self) }
    #expect(reader.remaining == 3, "nothing was taken")
  }

  @Test func bytesLeftOverAreAnError() {
    #expect(throws: RestoreError.trailing(2)) { try SnapshotReader([1, 2]).finish() }
  }

  @Test func whatIsNoTruthAndNoTextIsRefused() {
    var truth = SnapshotReader([2])
    #expect(throws: RestoreError.invalid("a truth value of 2")) { try truth.read(Bool.self) }
    var text = SnapshotReader([1, 0, 0, 0, 0xFF])
    #expect(throws: RestoreError.invalid("text that is not UTF-8")) { try text.readString() }
  }

  /// Any reads over any bytes give a value or an error.
  @Test(arguments: UInt64(0)..<50) func readingNeverTraps(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      var reader = SnapshotReader((0..<random.below(40)).map { _ in UInt8(random.below(256)) })
      var steps = 0
      do throws(RestoreError) {
        while steps < 60 {
          steps += 1
          switch random.below(9) {
          case 0: _ = try reader.read(Int8.self)
          case 1: _ = try reader.read(UInt16.self)
          case 2: _ = try reader.read(Int64.self)
          case 3: _ = try reader.read(Int128.self)
          case 4: _ = try reader.read(Bool.self)
          case 5: _ = try reader.readOptional(UInt8.self)
          case 6: _ = try reader.readOptional(Int32.self)
          case 7: _ = try reader.readBytes()
          default: _ = try reader.readString()
          }
        }
      } catch {
        #expect(!error.description.isEmpty, "seed \(seed)")
      }
      #expect(reader.remaining >= 0, "seed \(seed)")
    }
  }
}
