import ActorKit
import CoreTestKit
import HostKit
import Testing
import Trading
import Wire

@Suite struct StreamReceiverTests {
  private static let book = HandMadeFrames.topic("market", "book", "TOY", "TEST")
  private static let top = HandMadeFrames.topic("market", "top", "TOY", "TEST")
  private static let trades = HandMadeFrames.topic("market", "trade", "TOY", "TEST")

  private static func receiver(epoch: UInt32 = 1) -> StreamReceiver {
    var receiver = StreamReceiver(publisher: 1)
    _ = receiver.adopt(epoch: epoch, atBootNanos: 0, wallNanos: 0)
    return receiver
  }

  private static func take(
    _ receiver: inout StreamReceiver, _ topic: Topic, _ sequence: UInt64, epoch: UInt32 = 1, at now: Int64 = 0
  ) -> StreamReceiver.Verdict? {
    let frame = HandMadeFrames.trade(epoch: epoch, sequence: sequence)
    return receiver.take(
      topic, HandMadeFrames.envelope(epoch: epoch, sequence: sequence), frame: frame.span.bytes,
      atBootNanos: now)
  }

  private static func snapshot(
    _ receiver: inout StreamReceiver, _ topic: Topic, _ sequence: UInt64, epoch: UInt32 = 1, at now: Int64 = 0
  ) -> [UInt64]? {
    let fresh = receiver.takeSnapshot(
      topic, HandMadeFrames.envelope(epoch: epoch, sequence: sequence), atBootNanos: now)
    return fresh?.map { Inbound($0.span.bytes)?.envelope.sequence ?? 0 }
  }

  @Test func anEpochBeyondBeliefSilencesNobody() {
    let wall: Int64 = 1_790_000_000 * .nanosPerSecond
    var receiver = StreamReceiver(publisher: 1)
    func adopt(_ epoch: UInt32, at seconds: Int64) -> Bool {
      receiver.adopt(epoch: epoch, atBootNanos: seconds * .nanosPerSecond, wallNanos: wall)
    }
    #expect(!adopt(5, at: 1) && receiver.epoch == 5)
    #expect(!adopt(.max - 1, at: 2) && receiver.epoch == 5, "no restarts explain that")
    #expect(adopt(1_700_000_000, at: 3))
    #expect(!adopt(5, at: 13) && receiver.epoch == 1_700_000_000, "an older incarnation is refused")
    #expect(adopt(5, at: 14) && receiver.epoch == 5, "but the higher one has been silent for long")
    #expect(adopt(6, at: 15) && receiver.epoch == 6)
  }

  @Test func naturesFollowTheTopicsName() {
    #expect(StreamReceiver.nature(of: Self.book) == .deltas)
    #expect(StreamReceiver.nature(of: HandMadeFrames.topic("venue", "market", "TOY", "TEST")) == .deltas)
    #expect(StreamReceiver.nature(of: Self.top) == .state)
    #expect(StreamReceiver.nature(of: HandMadeFrames.topic("execution", "position", "1", "TOY")) == .state)
    #expect(StreamReceiver.nature(of: Self.trades) == .events)
    // A longer name is another topic.
    #expect(StreamReceiver.nature(of: HandMadeFrames.topic("market", "books", "TOY")) == .events)
  }

  @Test func deltasFromTheFirstOnAreDelivered() {
    var receiver = Self.receiver()
    for sequence in UInt64(1)...5 { #expect(Self.take(&receiver, Self.book, sequence) == .deliver) }
  }

  @Test func aLateJoinerHoldsDeltasUntilTheSnapshotAndGetsThoseAfterIt() {
    var receiver = Self.receiver()
    for sequence in UInt64(7)...10 { #expect(Self.take(&receiver, Self.book, sequence, at: 5) == .held) }
    #expect(receiver.dueRequests(atBootNanos: 5) == [Self.book])
    #expect(Self.snapshot(&receiver, Self.book, 8) == [9, 10])
    #expect(Self.take(&receiver, Self.book, 11) == .deliver)
    #expect(receiver.dueRequests(atBootNanos: .nanosPerSecond).isEmpty)
    #expect(receiver.nextRequestBootNanos == .max)
  }

  @Test func theFirstMessageIsWholeEvenWhenASnapshotHasBeenAskedForInVain() {
    var receiver = Self.receiver()
    receiver.expect(Self.book, atBootNanos: 0)
    #expect(receiver.dueRequests(atBootNanos: 0) == [Self.book])
    #expect(Self.take(&receiver, Self.book, 1) == .deliver)
    #expect(receiver.dueRequests(atBootNanos: .nanosPerSecond).isEmpty)
  }

  @Test func aGapInDeltasHoldsWhatFollows() {
    var receiver = Self.receiver()
    #expect(Self.take(&receiver, Self.book, 1) == .deliver)
    #expect(Self.take(&receiver, Self.book, 3, at: 9) == .heldAfterGap)
    #expect(Self.take(&receiver, Self.book, 4, at: 9) == .held)
    #expect(receiver.nextRequestBootNanos == 9)
    #expect(Self.snapshot(&receiver, Self.book, 3) == [4])
  }

  @Test func aGapAfterASnapshotOfAnEmptyTopicIsSeen() {
    var receiver = Self.receiver()
    receiver.expect(Self.book, atBootNanos: 0)
    #expect(Self.snapshot(&receiver, Self.book, 0) == [])
    #expect(Self.take(&receiver, Self.book, 3) == .heldAfterGap)
  }

  @Test func aSnapshotOlderThanWhatIsKnownIsOfNoUse() {
    var receiver = Self.receiver()
    for sequence in UInt64(1)...5 { _ = Self.take(&receiver, Self.book, sequence) }
    #expect(Self.take(&receiver, Self.book, 7) == .heldAfterGap)
    #expect(Self.snapshot(&receiver, Self.book, 4) == nil)
    #expect(Self.snapshot(&receiver, Self.book, 6) == [7])
  }

  @Test func aHoleAmongTheHeldWaitsForTheNextSnapshotWithoutLosingWhatFollows() {
    var receiver = Self.receiver()
    for sequence in [UInt64(5), 6, 9, 10] { #expect(Self.take(&receiver, Self.book, sequence) == .held) }
    _ = receiver.dueRequests(atBootNanos: 0)
    #expect(Self.snapshot(&receiver, Self.book, 5, at: 7) == [6])
    #expect(receiver.nextRequestBootNanos == 7)
    #expect(Self.take(&receiver, Self.book, 11) == .held)
    #expect(Self.snapshot(&receiver, Self.book, 8) == [9, 10, 11])
  }

  @Test func aNewEpochVoidsEverythingAndAsksForStatesAndDeltas() {
    var receiver = Self.receiver()
    for topic in [Self.book, Self.top, Self.trades] { #expect(Self.take(&receiver, topic, 1) == .deliver) }
    #expect(Self.take(&receiver, Self.book, 3) == .heldAfterGap)
    #expect(receiver.adopt(epoch: 2, atBootNanos: 50, wallNanos: 0) == true)
    #expect(receiver.dueRequests(atBootNanos: 50) == [Self.book, Self.top])
    #expect(receiver[Self.book]?.held.isEmpty == true)
    #expect(Self.take(&receiver, Self.book, 1, epoch: 2) == .deliver)
  }

  @Test func theFirstEpochIsNoRestart() {
    var receiver = StreamReceiver(publisher: 1)
    #expect(receiver.adopt(epoch: 3, atBootNanos: 0, wallNanos: 0) == false)
    #expect(receiver.epoch == 3)
  }

  @Test func aLowerEpochIsADuplicateInMessagesAndSnapshots() {
    var receiver = Self.receiver(epoch: 4)
    #expect(receiver.adopt(epoch: 3, atBootNanos: 0, wallNanos: 0) == false)
    #expect(Self.take(&receiver, Self.trades, 1, epoch: 3) == .duplicate)
    receiver.expect(Self.book, atBootNanos: 0)
    #expect(Self.snapshot(&receiver, Self.book, 1, epoch: 3) == nil)
  }

  @Test func statesAndEventsGoOnAfterAGapAndNeverTwice() {
    for topic in [Self.top, Self.trades] {
      var receiver = Self.receiver()
      #expect(Self.take(&receiver, topic, 7) == .deliver, "\(topic): joined late")
      #expect(Self.take(&receiver, topic, 8) == .deliver)
      #expect(Self.take(&receiver, topic, 11) == .deliverAfterGap)
      #expect(Self.take(&receiver, topic, 11) == .duplicate)
      #expect(Self.take(&receiver, topic, 10) == .duplicate)
    }
  }

  @Test func aStateThatArrivesEndsTheAsking() {
    var receiver = Self.receiver()
    receiver.expect(Self.top, atBootNanos: 0)
    _ = receiver.dueRequests(atBootNanos: 0)
    #expect(Self.take(&receiver, Self.top, 4) == .deliver)
    #expect(receiver.dueRequests(atBootNanos: 10 * .nanosPerSecond).isEmpty)
  }

  @Test func requestsBackOffToABound() {
    var receiver = Self.receiver()
    receiver.expect(Self.book, atBootNanos: 0)
    var waits: [Int64] = []
    var now: Int64 = 0
    for _ in 0..<8 {
      #expect(receiver.dueRequests(atBootNanos: now) == [Self.book])
      #expect(receiver.dueRequests(atBootNanos: now).isEmpty)
      waits.append(receiver.nextRequestBootNanos - now)
      now = receiver.nextRequestBootNanos
    }
    #expect(waits == [100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000].map { $0 * .nanosPerMilli })
  }

  @Test func aPublisherIsNotAskedForMoreThanAFewSnapshotsAtOnce() {
    var receiver = Self.receiver()
    let topics = (0..<150).map { HandMadeFrames.topic("market", "book", "TOY\($0)") }
    for topic in topics { receiver.expect(topic, atBootNanos: 0) }
    var asked: [Topic] = []
    for _ in 0..<3 {
      #expect(receiver.nextRequestBootNanos <= 0)
      let due = receiver.dueRequests(atBootNanos: 0)
      #expect(due.count <= StreamReceiver.maxRequests)
      asked += due
    }
    #expect(asked == topics)
    #expect(receiver.nextRequestBootNanos > 0)
  }

  @Test func withoutALinkNothingIsEverDue() {
    var receiver = StreamReceiver(publisher: 1, canAsk: false)
    _ = receiver.adopt(epoch: 1, atBootNanos: 0, wallNanos: 0)
    #expect(Self.take(&receiver, Self.book, 5) == .held)
    #expect(receiver.dueRequests(atBootNanos: .nanosPerSecond).isEmpty)
    #expect(receiver.nextRequestBootNanos == .max, "a time in the past would keep the loop busy")
  }
}

// MARK: - Counts and bounds

extension StreamReceiverTests {
  @Test func aCountThatOvertookItsMessageIsNoGap() {
    for topic in [Self.book, Self.top, Self.trades] {
      var receiver = Self.receiver()
      #expect(Self.take(&receiver, topic, 1) == .deliver)
      receiver.compare(topic, publishedSequence: 2, atBootNanos: 0)
      #expect(receiver.confirm(atBootNanos: 0).isEmpty)
      #expect(Self.take(&receiver, topic, 2) == .deliver, "\(topic) lost what its count announced")
      #expect(receiver.confirm(atBootNanos: .nanosPerSecond).isEmpty)
      #expect(receiver.nextConfirmBootNanos == .max)
    }
  }

  @Test func aLostLastMessageShowsInThePublishersCount() {
    for topic in [Self.book, Self.top, Self.trades] {
      var receiver = Self.receiver()
      #expect(Self.take(&receiver, topic, 1) == .deliver)
      receiver.compare(topic, publishedSequence: 2, atBootNanos: 0)
      let due = receiver.nextConfirmBootNanos
      #expect(due == StreamReceiver.confirmNanos)
      #expect(receiver.confirm(atBootNanos: due) == [topic])
      #expect(receiver.confirm(atBootNanos: .nanosPerSecond).isEmpty, "told once")
      receiver.compare(topic, publishedSequence: 2, atBootNanos: .nanosPerSecond)
      #expect(receiver.confirm(atBootNanos: 2 * .nanosPerSecond).isEmpty, "told once")
      let asks = topic != Self.trades
      #expect(receiver.dueRequests(atBootNanos: due) == (asks ? [topic] : []))
    }
  }

  @Test func countsThatRiseWhileOneIsCheckedAreCheckedToo() {
    var receiver = Self.receiver()
    #expect(Self.take(&receiver, Self.trades, 1) == .deliver)
    receiver.compare(Self.trades, publishedSequence: 2, atBootNanos: 0)
    receiver.compare(Self.trades, publishedSequence: 3, atBootNanos: 1)
    #expect(Self.take(&receiver, Self.trades, 2) == .deliver)
    #expect(receiver.confirm(atBootNanos: StreamReceiver.confirmNanos).isEmpty)
    #expect(receiver.confirm(atBootNanos: 2 * StreamReceiver.confirmNanos) == [Self.trades])
  }

  @Test func aTopicNeverHeardIsNotMissed() {
    var receiver = Self.receiver()
    receiver.compare(Self.trades, publishedSequence: 9, atBootNanos: 0)
    receiver.expect(Self.top, atBootNanos: 0)
    receiver.compare(Self.top, publishedSequence: 9, atBootNanos: 0)
    #expect(receiver.confirm(atBootNanos: .nanosPerSecond).isEmpty)
  }

  @Test func aMessageTheCoreCouldNotTakeDesynchronisesItsDeltas() {
    var receiver = Self.receiver()
    #expect(Self.take(&receiver, Self.book, 1) == .deliver)
    receiver.lost(Self.book, atBootNanos: 3)
    #expect(Self.take(&receiver, Self.book, 2) == .held)
    #expect(receiver.dueRequests(atBootNanos: 3) == [Self.book])
  }

  @Test func aCoreThatAsksForASnapshotGetsNothingBeforeItAndNoFlood() {
    var receiver = Self.receiver()
    #expect(Self.take(&receiver, Self.book, 1) == .deliver)
    receiver.lost(Self.book, atBootNanos: 3)
    #expect(Self.take(&receiver, Self.book, 2) == .held)
    #expect(receiver.dueRequests(atBootNanos: 3) == [Self.book])
    receiver.lost(Self.book, atBootNanos: 4)
    #expect(receiver.dueRequests(atBootNanos: 4).isEmpty, "asking again does not undo the back-off")
    #expect(Self.snapshot(&receiver, Self.book, 1) == [2])
  }

  @Test func heldFramesAreBounded() {
    var receiver = Self.receiver()
    for sequence in 2...UInt64(StreamReceiver.maxHeldFrames + 3) {
      #expect(Self.take(&receiver, Self.book, sequence) == .held)
    }
    // The overflow dropped all at once; the two after it are kept.
    #expect(receiver[Self.book]?.held.count == 2)
    let first = UInt64(StreamReceiver.maxHeldFrames + 2)
    #expect(Self.snapshot(&receiver, Self.book, first - 1) == [first, first + 1])
  }

  @Test func heldBytesAreBoundedOverAllTopics() {
    var receiver = Self.receiver()
    let large = HandMadeFrames.trade(sequence: 2) + [UInt8](repeating: 0, count: 60_000)
    for number in 0..<600 {
      let topic = HandMadeFrames.topic("market", "book", "TOY\(number)")
      _ = receiver.take(
        topic, HandMadeFrames.envelope(sequence: 2), frame: large.span.bytes, atBootNanos: 0)
    }
    let held = receiver.topics.reduce(0) { $0 + (receiver[$1]?.heldBytes ?? 0) }
    #expect(held <= StreamReceiver.maxHeldBytes)
    #expect(held > StreamReceiver.maxHeldBytes / 2)
  }

  @Test func topicsAreBounded() {
    var receiver = Self.receiver()
    for number in 0..<TopicTable.capacity {
      #expect(Self.take(&receiver, HandMadeFrames.topic("t\(number)"), 1) == .deliver)
    }
    #expect(Self.take(&receiver, HandMadeFrames.topic("one", "more"), 1) == nil)
    #expect(Self.take(&receiver, HandMadeFrames.topic("t7"), 2) == .deliver)
    #expect(receiver.topics.count == TopicTable.capacity)
  }

  /// Whatever is lost, a core is given a book's deltas without a hole: each follows a snapshot or the one
  /// before.
  @Test(arguments: UInt64(0)..<12) func deltasNeverReachTheCoreWithAHole(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var receiver = StreamReceiver(publisher: 1)
    var (epoch, sequence, seen, now) = (UInt32(1), UInt64(0), UInt64(0), Int64(0))
    var wanted: [(UInt64, UInt32)] = []
    for step in 0..<2_000 {
      now += Int64(random.next() % 20) * .nanosPerMilli
      if random.next() % 400 == 0 { (epoch, sequence) = (epoch + 1, 0) }
      sequence += 1
      if random.next() % 5 != 0 {
        if receiver.adopt(epoch: epoch, atBootNanos: now, wallNanos: 0) { seen = 0 }
        if Self.take(&receiver, Self.book, sequence, epoch: epoch, at: now) == .deliver {
          #expect(sequence == seen + 1, "seed \(seed), step \(step)")
          seen = sequence
        }
      }
      if !receiver.dueRequests(atBootNanos: now).isEmpty { wanted.append((sequence, epoch)) }
      if let request = wanted.first, random.next() % 3 == 0 {
        wanted.removeFirst()
        guard request.1 == receiver.epoch else { continue }
        guard let rest = Self.snapshot(&receiver, Self.book, request.0, epoch: request.1, at: now) else {
          continue
        }
        #expect(request.0 >= seen, "seed \(seed), step \(step): the core was taken back")
        seen = request.0
        for number in rest {
          #expect(number == seen + 1, "seed \(seed), step \(step)")
          seen = number
        }
      }
    }
    #expect(seen > 0, "seed \(seed)")
  }
}
