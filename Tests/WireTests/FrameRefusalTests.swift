import Testing
import Wire

/// Each refusal has its own reason, and the views refuse exactly what has one.
struct FrameRefusalTests {
  private func check(_ frame: [UInt8], is reason: FrameRefusal?, _ comment: Comment) {
    #expect(refusal(of: frame) == reason, comment)
    let isReadable: Bool
    if Inbound(frame.span.bytes) == nil { isReadable = false } else { isReadable = true }
    #expect(isReadable == (reason == nil), comment)
  }

  /// A BookDelta of two bids and one ask: block 68, groups at byte 76 and 112.
  private var delta: [UInt8] {
    var out = FrameWriter()
    BookDelta(instrument: 2, eventNanos: 1, venueUpdateId: 1).encode(
      into: &out, bidsCount: 2, bids: { .init(price: Int64($0), quantity: 1) }, asksCount: 1,
      asks: { .init(price: Int64($0), quantity: 1) })
    return bytes(of: out.bytes)
  }

  private func altered(_ frame: [UInt8], _ change: (inout [UInt8]) -> Void) -> [UInt8] {
    var copy = frame
    change(&copy)
    return copy
  }

  @Test func headersAreChecked() {
    check(delta, is: nil, "whole")
    check([], is: .tooShort, "empty")
    check(Array(delta.prefix(7)), is: .tooShort, "half a header")
    check(altered(delta) { $0.put(UInt16(2), at: 4) }, is: .wrongSchema, "schema 2")
    check(altered(delta) { $0.put(UInt16(0), at: 6) }, is: .versionTooOld, "version 0")
    check(altered(delta) { $0.put(UInt16(9_999), at: 2) }, is: .unknownTemplate, "template 9999")
    check(delta + [UInt8](repeating: 0, count: 65_536 - delta.count), is: nil, "65,536 bytes")
    check(delta + [UInt8](repeating: 0, count: 65_537 - delta.count), is: .tooLong, "65,537 bytes")
  }

  @Test func blocksAreChecked() {
    check(altered(delta) { $0.put(UInt16(67), at: 0) }, is: .blockTooShort, "block of 67")
    check(altered(delta) { $0.put(UInt16(0xFFFF), at: 0) }, is: .blockOverrun, "block of 65,535")
    check(Array(delta.prefix(75)), is: .blockOverrun, "block cut by a byte")
  }

  @Test func groupsAreChecked() {
    check(Array(delta.prefix(76)), is: .groupOverrun, "no first group")
    check(Array(delta.prefix(79)), is: .groupOverrun, "half a dimension")
    check(Array(delta.prefix(112)), is: .groupOverrun, "no second group")
    check(Array(delta.dropLast()), is: .groupOverrun, "last entry cut by a byte")
    check(altered(delta) { $0.put(UInt16(15), at: 76) }, is: .entryTooShort, "entries of 15")
    check(altered(delta) { $0.put(UInt16(0), at: 76) }, is: .entryTooShort, "entries of 0")
    check(altered(delta) { $0.put(UInt16(2), at: 114) }, is: .groupOverrun, "one entry too many")
    check(altered(delta) { $0.put(UInt16(0xFFFF), at: 78) }, is: .groupOverrun, "65,535 entries")
  }

  @Test func anEmptyGroupMayHaveEntriesOfAnyLength() {
    var out = FrameWriter()
    BookDelta(instrument: 2, eventNanos: 1, venueUpdateId: 1).encode(
      into: &out, bidsCount: 0, bids: { .init(price: Int64($0), quantity: 1) }, asksCount: 0,
      asks: { .init(price: Int64($0), quantity: 1) })
    check(altered(bytes(of: out.bytes)) { $0.put(UInt16(0), at: 76) }, is: nil, "no entries of no length")
  }

  @Test func dataIsChecked() {
    var out = FrameWriter()
    SystemError(component: 1, severity: .critical).encode(into: &out, text: "disk".utf8)
    let error = bytes(of: out.bytes)
    check(error, is: nil, "whole")
    check(Array(error.dropLast()), is: .dataOverrun, "text cut by a byte")
    check(Array(error.dropLast(5)), is: .dataOverrun, "half a length")
    check(altered(error) { $0.put(UInt16(5), at: 59) }, is: .dataOverrun, "length one too many")
    check(altered(error) { $0.put(UInt16(0xFFFF), at: 59) }, is: .dataOverrun, "length 65,535")
    check(error + [1, 2, 3], is: nil, "bytes of a newer version behind the end")
  }

  @Test func aViewOfAnotherMessageIsRefused() {
    let frame = delta
    let isReadable: Bool
    if TopOfBookView(frame.span.bytes) == nil { isReadable = false } else { isReadable = true }
    #expect(!isReadable)
  }
}
