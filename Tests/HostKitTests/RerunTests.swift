import ActorKit
import HostKit
import Records
import Testing
import Trading
import Wire

/// A host that is given once more what it was given does what it did; given something else, it is found out.
@Suite struct RerunTests {
  private static func rerun(of history: borrowing KeptHistory) throws -> Rerun<Chatterbox> {
    try Rerun(history.head, KeptHistory.wiring, core: KeptHistory.core, recovered: HostState())
  }

  /// The first difference, when the turns are played.
  private static func play(_ turns: [[UInt8]], _ head: ArrivalsHead) throws -> RerunDifference? {
    var rerun = try Rerun(head, KeptHistory.wiring, core: KeptHistory.core, recovered: HostState())
    for turn in turns {
      if let difference = try rerun.play(try KeptTurn(turn)) { return difference }
    }
    return nil
  }

  @Test(arguments: UInt64(1)...40) func theSameInputsMakeTheSameTurns(seed: UInt64) throws {
    var inputs = RandomInputs(seed: seed)
    let history = inputs.history(turns: 40)
    var rerun = try Self.rerun(of: history)
    for turn in history.turns {
      #expect(try rerun.play(try KeptTurn(turn)) == nil, "seed \(seed)")
    }
    #expect(rerun.equalTurns == 40)
    #expect(rerun.chain == (try KeptTurn(try #require(history.turns.last))).chain)
    #expect(history.poisoned.contains { !$0.isEmpty } || seed != 1, "refusals are among the inputs")
  }

  /// Whatever bit of whatever frame: the turn it comes in is not the same any more.
  @Test(arguments: UInt64(1)...4) func aBitThatIsOtherwiseChangesTheHashOfItsTurn(seed: UInt64) throws {
    var inputs = RandomInputs(seed: seed)
    let history = inputs.history(turns: 12)
    var random = SplitMix64(seed: seed)
    var flips = 0
    while flips < 100 {
      let turn = Int(random.below(12))
      let changed = try Self.flipped(history.turns[turn], &random)
      guard let changed else { continue }
      var turns: [[UInt8]] = history.turns
      turns[turn] = changed
      let difference = try #require(try Self.play(turns, history.head), "seed \(seed), turn \(turn)")
      #expect(difference.turn == UInt64(turn) + 1 && difference.parts.first == "what it was given")
      flips += 1
    }
  }

  /// One bit of a frame that arrived in this turn; nil when none did.
  private static func flipped(_ turn: [UInt8], _ random: inout SplitMix64) throws -> [UInt8]? {
    let frames = try KeptTurn(turn).inputs.compactMap(\.frame).filter { !$0.isEmpty }
    guard !frames.isEmpty else { return nil }
    let frame = frames[Int(random.below(UInt64(frames.count)))]
    let start = try #require(turn.firstRange(of: frame)).lowerBound
    var changed = turn
    let bit = Int(random.below(UInt64(8 * frame.count)))
    changed[start + bit / 8] ^= 1 << UInt8(bit % 8)
    return changed
  }

  /// Not only what it was given: what the host does is another. All bits of a trade are tried. Those that
  /// change nothing are of the schema version, which is read the same, of flags that mean nothing on a
  /// stream, and of the time of sending, which is counted only.
  @Test func aBitThatMeansSomethingChangesWhatIsDone() throws {
    let frame = Self.trade(sequence: 3, id: 3)
    let plain = Self.led(third: frame)
    let (version, flags, sent) = (6..<8, 10..<12, 24..<32)
    for bit in 0..<8 * frame.count {
      var changed = frame
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      guard Self.led(third: changed) == plain else { continue }
      let isSilent = [version, flags, sent].contains { $0.contains(bit / 8) }
      #expect(isSilent, "bit \(bit % 8) of byte \(bit / 8)")
    }
  }

  private static func trade(sequence: UInt64, id: UInt64) -> [UInt8] {
    let trade = Trade(
      envelope: Envelope(
        sender: 2, flags: 0, epoch: 1, sequence: sequence, sent: 0, origin: 0, correlationHigh: 0,
        correlationLow: 0), instrument: 1, eventNanos: 1, tradeId: id, price: 1_000_000_000, quantity: 1,
      aggressor: .buy, condition: .market)
    var frames = FrameWriter(capacity: 1_024)
    trade.encode(into: &frames)
    return frames.bytes.copiedBytes()
  }

  /// What a host does that hears five trades, of which the third is given here.
  private static func led(third: [UInt8]) -> [TurnHash] {
    var history = KeptHistory()
    let topic = KeptHistory.market.bytes.copiedBytes()
    let arrival = Arrival(wallNanos: KeptHistory.wall)
    history.give(.start(boot: 1, wall: KeptHistory.wall))
    history.take()
    for number in UInt64(1)...5 {
      history.give(.begin(boot: Int64(number) * .nanosPerMilli, wall: KeptHistory.wall))
      let frame = number == 3 ? third : trade(sequence: number, id: number)
      history.give(.published(topic: topic, frame: frame, isMarket: true, arrival))
      history.give(.end(hasReadAll: true))
      history.take()
    }
    // What it was given is another in any case.
    return history.hashes.map { hash in
      var led = hash
      led.given = 0
      return led
    }
  }

  @Test func whatDidNotLeaveAndHowLongATurnTookCountToo() throws {
    var inputs = RandomInputs(seed: 3)
    let history = inputs.history(turns: 12)
    let place = try #require(
      history.given.firstIndex { turn in
        turn.contains { if case .refused = $0 { true } else { false } }
      })
    // The last of a turn's bytes are how long it took.
    for turn in [place, 5] where turn > 0 {
      var turns: [[UInt8]] = history.turns
      turns[turn][turns[turn].count - 1] ^= 1
      #expect(try Self.play(turns, history.head)?.turn == UInt64(turn) + 2)
    }
  }

  @Test func anotherStateAtTheStartIsNotGoneOnWith() throws {
    var inputs = RandomInputs(seed: 3)
    let history = inputs.history(turns: 3)
    var core = KeptHistory.core
    core.apply(.heard(8))
    #expect(throws: RerunRefusal.otherState) {
      _ = try Rerun(history.head, KeptHistory.wiring, core: core, recovered: HostState())
    }
  }

  @Test func turnsOutOfTheirOrderAreRefused() throws {
    var inputs = RandomInputs(seed: 3)
    let history = inputs.history(turns: 4)
    let turns = try history.turns.map { bytes in try KeptTurn(bytes) }
    var late = try Self.rerun(of: history)
    #expect(throws: RerunRefusal.outOfOrder) { _ = try late.play(turns[1]) }
    var twice = try Self.rerun(of: history)
    #expect(try twice.play(turns[0]) == nil)
    #expect(throws: RerunRefusal.outOfOrder) { _ = try twice.play(turns[0]) }
  }

  @Test func aTurnThatIsLeftOutIsFoundOut() throws {
    var inputs = RandomInputs(seed: 3)
    let history = inputs.history(turns: 6)
    var turns: [[UInt8]] = history.turns
    turns.remove(at: 2)
    #expect(try Self.play(turns, history.head)?.turn == 3)
  }
}

extension HostInput {
  /// The frame of an arrival.
  fileprivate var frame: [UInt8]? {
    switch self {
    case .fromLink(_, let frame, _), .fromCaller(_, _, let frame, _), .fromDevice(let frame, _): frame
    case .published(_, let frame, _, _): frame
    default: nil
    }
  }
}
