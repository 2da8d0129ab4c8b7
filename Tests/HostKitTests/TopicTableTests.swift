import CoreTestKit
import HostKit
import Testing
import Wire

@Suite struct TopicTableTests {
  @Test func numbersFollowTheOrderOfEntry() {
    var table = TopicTable()
    let topics = (0..<TopicTable.capacity).map { HandMadeFrames.topic("market", "book", "TOY\($0)", "TEST") }
    for (number, topic) in topics.enumerated() {
      #expect(table.number(of: topic) == nil)
      #expect(table.enter(topic) == number)
      #expect(table.enter(topic) == number)
    }
    for (number, topic) in topics.enumerated() { #expect(table.number(of: topic) == number) }
    #expect(table.topics == topics)
    #expect(table.enter(HandMadeFrames.topic("more")) == nil)
    #expect(table.number(of: HandMadeFrames.topic("more")) == nil)
  }
}
