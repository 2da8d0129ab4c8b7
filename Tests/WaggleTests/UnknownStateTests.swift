import ActorKit
import Colony
import Testing
import Topology
import Vocabulary
import Wire
import waggle_monitor

/// The monitor shows nothing that may have changed while it could not hear: unknown, until it is told.
@Suite struct UnknownStateTests {
  private typealias Frames = ObservedFrames
  private static let second = ObservedFrames.second
  private static let millisecond: Int64 = 1_000_000

  private func view() throws -> ColonyView { ColonyView(try withFakeColony { $0.topology }) }

  private func table(_ view: ColonyView, atBootNanos now: Int64) -> String {
    MonitorTable.lines(view, atBootNanos: now, wallNanos: 0).joined(separator: "\n")
  }

  private func position(_ view: ColonyView) throws -> ObservedStreams.Place {
    let name = try #require(view.topology.instruments.first?.name)
    return ObservedStreams.Place(topic: Topics.position(account: 1, name), publisher: 5)
  }

  @Test("After a restart of its executor a position is unknown, is asked for until it is answered, and shown")
  func aRestartVoidsPositions() throws {
    var view = try view()
    let place = try position(view)
    view.take(Frames.position(7_000_000, epoch: 3, sequence: 9).span.bytes, atBootNanos: 1)
    #expect(table(view, atBootNanos: 1).contains("BTCUSDT.SIM       0.07"))
    _ = view.takeQuestions(atBootNanos: 2, hasReadAll: true)
    // What the new incarnation said at its start came before anybody had connected again.
    view.take(Frames.beat(5, epoch: 4, sequence: 1).span.bytes, atBootNanos: 10)
    #expect(table(view, atBootNanos: 10).contains("BTCUSDT.SIM       unknown"))
    var asked = 0
    for step in Int64(0)..<40 {
      let now = 10 + step * 100 * Self.millisecond
      if view.takeQuestions(atBootNanos: now, hasReadAll: true).contains(place) { asked += 1 }
    }
    #expect((3...8).contains(asked), "\(asked) questions in four seconds")
    // Late word of the old incarnation is not believed any more.
    view.take(Frames.position(7_000_000, epoch: 3, sequence: 10).span.bytes, atBootNanos: 11)
    view.takeAnswer(
      to: place, Frames.position(7_000_000, epoch: 3, sequence: 10).span.bytes, atBootNanos: 11, wallNanos: 0)
    #expect(table(view, atBootNanos: 11).contains("BTCUSDT.SIM       unknown"))
    view.takeAnswer(
      to: place, Frames.position(0, epoch: 4, sequence: 1).span.bytes, atBootNanos: 12, wallNanos: 0)
    #expect(table(view, atBootNanos: 12).contains("BTCUSDT.SIM       0 "), "\(table(view, atBootNanos: 12))")
    for step in Int64(0)..<40 {
      let now = (5_000 + step * 100) * Self.millisecond
      let due = view.takeQuestions(atBootNanos: now, hasReadAll: true)
      #expect(!due.contains(place), "what is known is not asked for")
    }
  }

  @Test("A last message that never came shows in its publisher's counts: unknown until it is asked for")
  func aLostLastMessageVoidsItsTopic() throws {
    var view = try view()
    let place = try position(view)
    view.take(Frames.position(7_000_000, epoch: 3, sequence: 1).span.bytes, atBootNanos: 1)
    _ = view.takeQuestions(atBootNanos: 2, hasReadAll: true)
    view.take(
      Frames.counts(5, epoch: 3, place.topic, 2).span.bytes, atBootNanos: 10 * Self.millisecond)
    // Counts may overtake what they count.
    _ = view.takeQuestions(atBootNanos: 20 * Self.millisecond, hasReadAll: true)
    #expect(view.holdings[0].position != nil)
    _ = view.takeQuestions(atBootNanos: 90 * Self.millisecond, hasReadAll: false)
    #expect(view.holdings[0].position != nil, "more waits at the socket")
    let due = view.takeQuestions(atBootNanos: 91 * Self.millisecond, hasReadAll: true)
    #expect(due.contains(place) && view.holdings[0].position == nil)
  }

  @Test("After a restart of its feed an instrument has no marks")
  func aRestartVoidsMarks() throws {
    var view = try view()
    let top = TopOfBook(
      envelope: Envelope(origin: 0), instrument: 1, eventNanos: 1, bidPrice: 59_999_500_000_000,
      bidQuantity: 1, askPrice: nil, askQuantity: 0, venueUpdateId: 1)
    let bytes = Frames.frame(sender: 2, epoch: 1, sequence: 1) { top.encode(into: &$0) }
    view.take(bytes.span.bytes, atBootNanos: 1)
    #expect(table(view, atBootNanos: 1).contains("59999.5"))
    view.take(Frames.beat(2, epoch: 2, sequence: 1).span.bytes, atBootNanos: 2)
    #expect(!table(view, atBootNanos: 2).contains("59999.5"))
    let name = view.topology.instruments[0].name
    let due = view.takeQuestions(atBootNanos: 3, hasReadAll: true)
    #expect(due.contains(ObservedStreams.Place(topic: Topics.top(name), publisher: 2)))
  }

  @Test("A position is marked when its executor has fallen silent, and marks when their feed has")
  func silence() throws {
    var view = try view()
    view.take(Frames.beat(5, epoch: 3, sequence: 1).span.bytes, atBootNanos: 1)
    view.take(Frames.position(7_000_000, epoch: 3, sequence: 1).span.bytes, atBootNanos: 1)
    #expect(!table(view, atBootNanos: Self.second).contains("0.07?"))
    let shown = table(view, atBootNanos: 3 * Self.second)
    #expect(shown.contains("0.07?") && shown.contains("? as its executor said before it fell silent"))
  }

  @Test("A session's state that no beat of the queen has renewed is unknown, and so is the permit")
  func anOldSessionIsUnknown() throws {
    var view = try view()
    view.take(Frames.session(epoch: 1, sequence: 1).span.bytes, atBootNanos: 1)
    #expect(table(view, atBootNanos: Self.second).contains("LIVE (none)  permit open"))
    let shown = table(view, atBootNanos: 12 * Self.second + 2)
    #expect(
      shown.contains("session unknown (12 s ago: LIVE  HALTED 1)  permit unknown")
        && !shown.contains("permit open"), "\(shown)")
    view.take(Frames.session(epoch: 1, sequence: 2).span.bytes, atBootNanos: 13 * Self.second)
    view.take(Frames.beat(6, epoch: 2, sequence: 1).span.bytes, atBootNanos: 13 * Self.second + 1)
    #expect(table(view, atBootNanos: 13 * Self.second + 1).contains("permit unknown"), "a new queen")
    view.take(Frames.session(epoch: 2, sequence: 1).span.bytes, atBootNanos: 13 * Self.second + 2)
    #expect(table(view, atBootNanos: 13 * Self.second + 2).contains("permit open"))
  }
}

/// Alarms that were raised when nobody could hear them.
@Suite struct MissedAlarmTests {
  private typealias Frames = ObservedFrames
  private static let millisecond: Int64 = 1_000_000
  private let alarms = ObservedStreams.Place(topic: Topics.alarm, publisher: 5)

  private func view() throws -> ColonyView { ColonyView(try withFakeColony { $0.topology }) }

  private func news(_ view: ColonyView) -> [String] {
    view.missedNews.map { "\($0.name) missed \($0.count)" } + view.news.map(\.text)
  }

  @Test("Who attaches late asks for the alarms there were, and shows them by their time")
  func whoComesLate() throws {
    var view = try view()
    let due = view.takeQuestions(atBootNanos: 1, hasReadAll: true)
    #expect(due.contains(alarms))
    view.take(Frames.alarm(epoch: 3, sequence: 3, "third", sent: 30).span.bytes, atBootNanos: 2)
    let kept = [
      Frames.alarm(epoch: 3, sequence: 1, "first", sent: 10),
      Frames.alarm(epoch: 3, sequence: 2, "second", severity: .warning, sent: 20),
      Frames.alarm(epoch: 3, sequence: 3, "third", sent: 30),
    ]
    view.takeAnswer(
      to: alarms, Frames.recent(epoch: 3, last: 3, kept).span.bytes, atBootNanos: 3, wallNanos: 0)
    #expect(
      news(view) == ["critical executor: first", "warning executor: second", "critical executor: third"])
    let table = MonitorTable.lines(view, atBootNanos: 3, wallNanos: 0).joined(separator: "\n")
    #expect(!table.contains("no alarms"))
  }

  @Test("Alarms of a restarted component's first moments are asked for; those that nobody keeps are counted")
  func theFirstMoments() throws {
    var view = try view()
    view.takeAnswer(
      to: alarms, Frames.recent(epoch: 3, last: 0, []).span.bytes, atBootNanos: 1, wallNanos: 0)
    #expect(!view.takeQuestions(atBootNanos: 2, hasReadAll: true).contains(alarms))
    view.take(Frames.alarm(epoch: 4, sequence: 33, "newest", sent: 9).span.bytes, atBootNanos: 10)
    #expect(news(view) == ["critical executor: newest"], "what is being asked for is not called missed")
    #expect(view.takeQuestions(atBootNanos: 11, hasReadAll: true).contains(alarms))
    let kept = [Frames.alarm(epoch: 4, sequence: 2, "early", sent: 5)]
    view.takeAnswer(
      to: alarms, Frames.recent(epoch: 4, last: 33, kept).span.bytes, atBootNanos: 12, wallNanos: 0)
    #expect(news(view) == ["executor missed 31", "critical executor: early", "critical executor: newest"])
    let table = MonitorTable.lines(view, atBootNanos: 12, wallNanos: 0).joined(separator: "\n")
    #expect(table.contains("31 alarms of executor missed: its log, executor.log, has them"), "\(table)")
  }

  @Test("A hole in the numbers of alarms, or a count beyond them, is asked about")
  func gaps() throws {
    var view = try view()
    view.takeAnswer(
      to: alarms, Frames.recent(epoch: 3, last: 0, []).span.bytes, atBootNanos: 1, wallNanos: 0)
    view.take(Frames.alarm(epoch: 3, sequence: 1, "a").span.bytes, atBootNanos: 2)
    #expect(!view.takeQuestions(atBootNanos: 3, hasReadAll: true).contains(alarms))
    view.take(Frames.alarm(epoch: 3, sequence: 3, "c").span.bytes, atBootNanos: 4)
    #expect(view.takeQuestions(atBootNanos: 5, hasReadAll: true).contains(alarms))
    let kept = [Frames.alarm(epoch: 3, sequence: 2, "b")]
    view.takeAnswer(
      to: alarms, Frames.recent(epoch: 3, last: 3, kept).span.bytes, atBootNanos: 6, wallNanos: 0)
    #expect(view.news.count == 3 && view.missedNews.isEmpty)
    view.take(
      Frames.counts(5, epoch: 3, Topics.alarm, 4).span.bytes, atBootNanos: Self.millisecond)
    #expect(!view.takeQuestions(atBootNanos: 2 * Self.millisecond, hasReadAll: true).contains(alarms))
    #expect(view.takeQuestions(atBootNanos: 60 * Self.millisecond, hasReadAll: true).contains(alarms))
  }

  @Test("A publisher that keeps no alarms is asked a bounded number of times")
  func anOlderPublisher() throws {
    var view = try view()
    var asked = 0
    for second in Int64(0)..<600 {
      let due = view.takeQuestions(atBootNanos: 1 + second * ObservedFrames.second, hasReadAll: true)
      asked += due.count { $0 == alarms }
    }
    #expect(asked == ObservedStreams.maxAsks)
  }

  @Test("Newer warnings never drive out critical alarms, which hold no more than half of the places")
  func criticalNewsStays() throws {
    var view = try view()
    for sequence in UInt64(1)...30 {
      let severity: Severity = sequence % 10 == 1 ? .critical : .warning
      view.take(
        Frames.alarm(
          epoch: 1, sequence: sequence, "\(sequence)", severity: severity, sent: Int64(sequence)
        ).span.bytes, atBootNanos: 1)
    }
    #expect(view.news.count == ColonyView.maxNews)
    #expect(view.news.filter { $0.severity == .critical }.map(\.atNanos) == [1, 11, 21])
    #expect(view.news.last?.atNanos == 30)
  }

  @Test("Which alarms came is known however many there are, and a repetition is one")
  func theLedger() {
    var ledger = AlarmLedger()
    for sequence in UInt64(1)...2_000 where sequence % 10 != 0 {
      let isNew = ledger.take(sequence)
      #expect(isNew)
    }
    ledger.note(last: 2_000)
    #expect(ledger.missed == 200 && ledger.newest == 2_000)
    let isAgain = ledger.take(1_999)
    let isLate = ledger.take(1_990)
    #expect(!isAgain && isLate && ledger.missed == 199)
    ledger.begin()
    #expect(ledger.missed == 199 && ledger.newest == 0)
    let isFirst = ledger.take(1)
    #expect(isFirst && ledger.missed == 199)
  }
}
