import CoreTestKit
import HostKit
import Testing
import Wire

/// Which counts of topics are told, and until when: a telling can be lost, with the message that it counts.
@Suite struct PublicationsTests {
  private static func publications(_ count: Int) -> Publications {
    let topics = (0..<count).map { HandMadeFrames.topic("market", "top", "T\($0)", "TEST") }
    return Publications(core: topics, component: 3)
  }

  @Test func aChangedCountIsToldAgainBeforeTheyAreSettled() {
    var publications = Self.publications(5)
    #expect(publications.isSettled)
    publications.next(2)
    #expect(publications.takeChanged().map(\.sequence) == [1])
    #expect(!publications.isSettled)
    #expect(publications.takeChanged().map(\.sequence) == [1])
    #expect(publications.isSettled)
  }

  @Test func ofManyTopicsEachIsToldOnceMoreAfterTheLastChange() {
    var publications = Self.publications(100)
    for topic in 0..<100 { publications.next(topic) }
    #expect(publications.takeChanged().count == 100)
    publications.next(0)
    _ = publications.takeChanged()
    var told: Set<String> = []
    var tellings = 0
    while !publications.isSettled, tellings < 1_000 {
      for topic in publications.takeChanged() { told.insert(topic.topic.description) }
      tellings += 1
    }
    #expect(told.count == 100)
    // Eight in turn a telling.
    #expect((12...14).contains(tellings))
  }

  @Test func whereMoreChangeThanFitAllHaveTheirTurn() {
    var publications = Self.publications(600)
    var told: Set<String> = []
    for _ in 0..<3 {
      for topic in 0..<600 { publications.next(topic) }
      let chosen = publications.takeChanged()
      #expect(chosen.count == HostTimers.sequencesPerMessage)
      for topic in chosen { told.insert(topic.topic.description) }
    }
    #expect(told.count == 600)
  }
}
