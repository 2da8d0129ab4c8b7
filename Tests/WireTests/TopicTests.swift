import Testing
import Wire

struct TopicTests {
  @Test func aTopicIsItsPartsEachWithADot() throws {
    let topic = try #require(Topic("market", "book", "BTCUSDT", "SIM"))
    #expect(topic.description == "market.book.BTCUSDT.SIM." && topic.count == 24)
    #expect(topic == Topic("market.book", "BTCUSDT.SIM"))
    #expect(topic == Topic(parts: ["market", "book", "BTCUSDT", "SIM"]))
    #expect(topic == Topic(topic.text))
    #expect(bytes(of: topic.bytes) == Array("market.book.BTCUSDT.SIM.".utf8))
    #expect(received(Array("market.book.BTCUSDT.SIM.".utf8)) == topic)
  }

  @Test func topicsOfUpTo64BytesAreTaken() {
    #expect(Topic(String(repeating: "x", count: 63))?.count == 64)
    #expect(Topic(String(repeating: "x", count: 64)) == nil)
  }

  @Test(arguments: [[], [""], ["a", "", "b"], ["a."], [".a"], ["a..b"], ["a b"], ["Größe"], ["a\n"]])
  func whatIsNoTopicIsRefused(_ parts: [String]) {
    #expect(Topic(parts: parts) == nil)
  }

  @Test(arguments: ["", ".", "market.book", "market..", " a.", "a\0.", "a.\0"])
  func receivedBytesThatAreNoTopicAreRefused(_ text: String) {
    #expect(received(Array(text.utf8)) == nil)
  }

  @Test func aReceivedTopicIsAtMost64Bytes() {
    #expect(received([UInt8](repeating: 0x61, count: 63) + [0x2E]) != nil)
    #expect(received([UInt8](repeating: 0x61, count: 64) + [0x2E]) == nil)
  }

  @Test func theEndMarkKeepsNeighboursApart() throws {
    let one = try #require(Topic("market.book", "BTCUSDT.SIM"))
    let two = try #require(Topic("market.book", "BTCUSDT.SIM2"))
    let books = try #require(Topic("market", "book"))
    #expect(!one.covers(two) && !two.covers(one) && one.covers(one))
    #expect(books.covers(one) && books.covers(two) && !one.covers(books))
  }

  private func received(_ bytes: [UInt8]) -> Topic? {
    Topic(received: bytes.span.bytes)
  }
}
