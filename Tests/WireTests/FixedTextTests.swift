import Testing
import Wire

struct FixedTextTests {
  @Test func textsHoldPrintableASCIIUpToTheirCapacity() throws {
    let full = try #require(FixedText<4>("A~ 9"))
    #expect(full.description == "A~ 9" && full.count == 4 && full.isWellFormed && !full.isEmpty)
    let short = try #require(FixedText<4>("ab"))
    #expect(short.description == "ab" && short.count == 2 && short[2] == 0)
    let empty = try #require(FixedText<4>(""))
    #expect(empty == FixedText<4>() && empty.isEmpty && empty.isEmpty && empty.description == "")
    let fixed: StaticString = "abc"
    #expect(FixedText<4>(fixed)?.description == "abc")
    #expect(FixedText<4>(bytes: [0x61, 0x62])?.description == "ab")
  }

  @Test(arguments: ["abcde", "Größe", "a\nb", "a\u{7F}", "a\0b", "\u{1F}"])
  func anythingElseIsRefused(_ text: String) {
    #expect(FixedText<4>(text) == nil)
  }

  @Test(arguments: ["", "ab", "A~ 9", "abcde", "a\u{7F}", "a\0b", "\u{1F}"])
  func bytesThatLieTogetherMakeTheSameText(_ text: String) {
    let bytes = Array(text.utf8)
    #expect(FixedText<4>(bytes: bytes.span) == FixedText<4>(bytes: bytes))
  }

  @Test func textsCompareByTheirCharacters() throws {
    let texts = try ["", "A", "AB", "B", "a"].map { try #require(FixedText<8>($0)) }
    #expect(texts.shuffled().sorted() == texts)
    #expect(Set(texts + texts).count == texts.count)
    #expect(texts[1] != texts[2])
  }

  @Test func bytesEndWhereThePaddingBegins() throws {
    let text = try #require(FixedText<8>("abc"))
    var bytes: [UInt8] = []
    for index in text.bytes.indices { bytes.append(text.bytes[index]) }
    #expect(bytes == Array("abc".utf8))
  }

  @Test func badBytesOfAPeerAreKeptAndSaidToBeBad() {
    var frame = sample(.scheduledTrigger, seed: 1)
    for (index, byte) in [0x61, 0xFF, 0x00, 0x62].enumerated() { frame[56 + index] = UInt8(byte) }
    for index in 60..<88 { frame[index] = 0 }
    let received = name(frame)
    #expect(received?.isWellFormed == false)
    #expect(received?.description == "a?")
    // Not to be taken for another that shows the same.
    #expect(received != FixedText<32>("a?"))
    frame[57] = 0
    #expect(name(frame)?.isWellFormed == false, "a letter behind the padding")
    #expect(name(frame)?.description == "a" && name(frame) != FixedText<32>("a"))
    frame[59] = 0
    #expect(name(frame) == FixedText<32>("a"))
  }

  private func name(_ frame: [UInt8]) -> NameText? {
    guard let trigger = ScheduledTriggerView(frame.span.bytes) else { return nil }
    return trigger.name
  }
}
