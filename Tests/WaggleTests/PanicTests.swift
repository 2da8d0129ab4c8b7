import ActorKit
import Colony
import Platform
import Testing
import Wire

/// `waggle panic`: whatever is dead, the venue is asked until it says that nothing is left.
@Suite struct PanicTests {
  /// A venue that has orders left for some rounds.
  private final class FakeVenue {
    /// How many orders are left after each cancel; the last number stays.
    private var counts: [Int]
    private(set) var cancels: [CancelAll] = []
    var isSilent = false
    /// Whose venue it is, as it says.
    var colony = "fake"

    init(_ counts: [Int]) { self.counts = counts }

    func answer(_ message: borrowing Inbound) -> [[UInt8]] {
      if case .command(let command) = copy message {
        let result = CommandResult(
          envelope: Envelope(origin: 0, correlation: command.envelope.correlation), kind: command.kind,
          outcome: .done, component: 1, colony: NameText(colony) ?? NameText(),
          run: NameText("20240808T235413Z-1") ?? NameText())
        return [frame { result.encode(into: &$0, text: "{\"component\": \"venue\", \"pid\": 77}".utf8) }]
      }
      guard case .cancelAll(let request) = copy message else { return [] }
      cancels.append(request.block)
      guard !isSilent else { return [] }
      let left = counts.count > 1 ? counts.removeFirst() : counts[0]
      let envelope = Envelope(origin: 0, correlation: request.envelope.correlation)
      // A venue's reports come under the cancel's correlation too, and are no answer.
      let report = VenueReport(
        envelope: envelope, account: request.account, instrument: 1, clOrdID: ClOrdIDText(),
        requestClOrdID: ClOrdIDText(), venueOrderId: 1, execType: .canceled, ordStatus: .canceled, side: .buy,
        reason: .none, liquidity: .unrecognized, price: nil, orderQuantity: 1, cumQuantity: 0,
        leavesQuantity: 0, reportSequence: 1, eventNanos: 0, transactNanos: 0)
      let state = AccountState(
        envelope: envelope, account: request.account, parts: [.openOrders], reportSequence: 1,
        tradeSequence: 0, eventNanos: 0, transactNanos: 0)
      let order = AccountState.OpenOrder(
        clOrdID: ClOrdIDText(), venueOrderId: 1, instrument: 1, side: .buy, price: 1, orderQuantity: 1,
        cumQuantity: 0, ordType: .limit)
      return [
        frame { report.encode(into: &$0) },
        frame {
          state.encode(
            into: &$0, balancesCount: 0, balances: { _ in preconditionFailure("no balances") },
            positionsCount: 0, positions: { _ in preconditionFailure("no positions") }, openOrdersCount: left,
            openOrders: { _ in order }, tradesCount: 0, trades: { _ in preconditionFailure("no trades") })
        },
      ]
    }
  }

  @Test func ordersAreCancelledUntilNoneIsLeft() throws {
    try withPanic(FakeVenue([3, 1, 0])) { colony, venue, port in
      let (status, output) = try panic(colony, [port])
      #expect(status == .exited(code: 0), "\(output)")
      #expect(output.contains("account main at venue: 0 orders left\n"), "\(output)")
      #expect(output.contains("executor: panic unreachable") && output.contains("queen: panic unreachable"))
      #expect(venue.cancels.count >= 3)
      #expect(venue.cancels.allSatisfy { $0.envelope.sender == 0 && $0.account == 1 && $0.instrument == nil })
      #expect(venue.cancels.allSatisfy { $0.afterSilenceNanos == nil && $0.requestNanos > 0 })
      #expect(Set(venue.cancels.map(\.envelope.correlation)).count == venue.cancels.count)
    }
  }

  @Test func ordersThatStayAreCounted() throws {
    try withPanic(FakeVenue([2])) { colony, _, port in
      let (status, output) = try panic(colony, [port], ["--timeout", "0.6"])
      #expect(status == .exited(code: 1))
      #expect(
        output.contains("account main at venue: 2 ORDERS LEFT. Call again, or cancel by hand"), "\(output)")
      #expect(output.contains("not every venue confirmed"))
    }
  }

  @Test func aVenueThatDoesNotAnswerIsNoSuccess() throws {
    let venue = FakeVenue([0])
    venue.isSilent = true
    try withPanic(venue) { colony, venue, port in
      let (status, output) = try panic(colony, [port], ["--timeout", "1.5"])
      #expect(status == .exited(code: 1))
      #expect(output.contains("account main at venue: NO ANSWER from ipc://"), "\(output)")
      #expect(!venue.cancels.isEmpty)
      #expect(Set(venue.cancels.map(\.envelope.correlation)).count == 1, "one question, repeated")
    }
  }

  @Test func theVenueOfAnotherColonyIsSentNoCancel() throws {
    let venue = FakeVenue([0])
    venue.colony = "other"
    try withPanic(venue) { colony, venue, port in
      let (status, output) = try panic(colony, [port], ["--timeout", "5"])
      #expect(status == .exited(code: 1))
      #expect(
        output.contains("is component venue of colony 'other', run 20240808T235413Z-1 (process 77)"),
        "\(output)")
      #expect(output.contains("account main at venue: NOT CANCELLED"), "\(output)")
      #expect(venue.cancels.isEmpty)
    }
  }

  @Test func aVenueThatDoesNotSayWhoseItIsIsSentNoCancel() throws {
    try withFakeColony { colony in
      let port = try FakeControlPort(colony.controlEndpoint("venue")) { _ in [] }
      let (status, output) = try panic(colony, [port], ["--timeout", "0.6"])
      #expect(status == .exited(code: 1))
      #expect(output.contains("it does not say whose venue it is, so that no cancel was sent"), "\(output)")
    }
  }

  @Test func aDeadColonyIsSaidAndNoFileIsWritten() throws {
    try withFakeColony { colony in
      let run = try FakeRun(of: colony)
      let before = try FileSystem.list(run.path)
      let (status, output) = try runProgram(
        "waggle", ["panic", "--yes", "--run", run.path, "--timeout", "0.5"])
      #expect(status == .exited(code: 1))
      #expect(output.contains("account main at venue: NOT REACHED: nobody is at ipc://"), "\(output)")
      #expect(try FileSystem.list(run.path) == before)
    }
  }

  @Test func journalsThatAreHeldAreNoMatter() throws {
    try withPanic(FakeVenue([1, 0])) { colony, _, port in
      let run = try FakeRun(of: colony)
      let executor = try run.open("executor")
      let held = try run.open("venue")
      let (status, output) = try runProgram(
        "waggle", ["panic", "--yes", "--operator", "me", "--account", "main", "--run", run.path],
        serving: [port])
      #expect(status == .exited(code: 0), "\(output)")
      try executor.close()
      try held.close()
    }
  }

  @Test func whoeverLivesIsHaltedBehindTheCancels() throws {
    try withPanic(FakeVenue([1, 0])) { colony, venue, port in
      var halts: [(cancelsBefore: Int, scope: Scope)] = []
      let executor = try FakeControlPort(colony.controlEndpoint("executor")) { message in
        guard case .command(let command) = copy message else { return [] }
        halts.append((venue.cancels.count, command.scope))
        let result = CommandResult(
          envelope: Envelope(origin: 0, correlation: command.envelope.correlation), kind: command.kind,
          outcome: .done, component: 5)
        return [frame { result.encode(into: &$0, text: "".utf8) }]
      }
      // Takes the connection and says nothing: nobody waits for it beyond a moment.
      let risk = try FakeControlPort(colony.controlEndpoint("risk")) { _ in [] }
      let (status, output) = try panic(colony, [port, executor, risk])
      #expect(status == .exited(code: 0), "\(output)")
      #expect(
        output.contains("executor: panic latched (done)\nrisk: panic silent; call again")
          && output.contains("queen: panic unreachable; call again"), "\(output)")
      #expect(halts.first?.scope == .firm)
      #expect((halts.first?.cancelsBefore ?? 0) > 0, "the cancel goes first")
      let last = venue.cancels.count
      #expect(last > (halts.first?.cancelsBefore ?? 0), "what was placed before the halt is cancelled too")
    }
  }

  @Test func nobodyCancelsByAccident() throws {
    try withPanic(FakeVenue([0])) { colony, venue, port in
      let (status, output) = try runProgram(
        "waggle", ["panic", "--operator", "me", "--topology", colony.topologyPath], serving: [port])
      #expect(status == .exited(code: 64))
      #expect(output.contains("say --yes where nobody can be asked"), "\(output)")
      let other = try panic(colony, [port], ["--account", "other"])
      #expect(other.status == .exited(code: 64))
      #expect(other.output.contains("the colony has no account 'other' (it has main)"))
      #expect(venue.cancels.isEmpty)
    }
  }

  @Test func aLiveAccountIsNeverTakenForCancelled() throws {
    try withPanic(FakeVenue([0])) { colony, venue, port in
      let bytes = try FileSystem.read(colony.topologyPath, maxBytes: 1 << 20)
      var text = String(decoding: bytes, as: UTF8.self)
      for (paper, live) in [
        ("mode: \"paper\"", "mode: \"live\""),
        ("currency: \"USDT\"", "currency: \"USDT\", live: true"),
        ("colony: \"fake\"", "colony: \"fake\", durability: \"power\""),
      ] {
        let parts = text.split(separator: paper, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "\(paper)")
        text = parts.joined(separator: live)
      }
      try FileSystem.write(Array(text.utf8), to: colony.topologyPath)
      let (status, output) = try panic(colony, [port])
      #expect(status == .exited(code: 1), "\(output)")
      #expect(output.contains("NOT REACHED: the account is live"), "\(output)")
      #expect(output.contains("Cancel all open orders at the venue itself now"), "\(output)")
      #expect(!venue.cancels.isEmpty, "what stands in for the venue is asked all the same")
    }
  }

  // MARK: -

  private func withPanic(
    _ venue: FakeVenue, _ body: (FakeColony, FakeVenue, FakeControlPort) throws -> Void
  ) throws {
    try withFakeColony { colony in
      let port = try FakeControlPort(colony.controlEndpoint("venue")) { venue.answer($0) }
      try body(colony, venue, port)
    }
  }

  private func panic(
    _ colony: FakeColony, _ ports: [FakeControlPort], _ more: [String] = []
  ) throws -> (status: ChildStatus?, output: String) {
    try runProgram(
      "waggle", ["panic", "--yes", "--operator", "me", "--topology", colony.topologyPath] + more,
      serving: ports)
  }
}
