import ActorKit
import HostKit
import Platform
import Wire

/// A question for a control port, ready to send, under an id of its own.
public struct ControlRequest: Sendable {
  /// Ties the answer to the question, and makes a repeated command the same command.
  public let correlation: Correlation
  let frame: [UInt8]
  let answer: Answer

  /// What answers it: a venue also sends its reports under the correlation of what caused them.
  enum Answer: Sendable, Equatable {
    case anyMessage
    /// The venue's list of an account's open orders.
    case openOrders(account: UInt16)
    /// The venue's list of an account's positions.
    case positions(account: UInt16)

    func isGiven(by message: borrowing Inbound) -> Bool {
      switch self {
      case .anyMessage: return true
      case .openOrders(let account):
        guard case .accountState(let state) = copy message else { return false }
        return state.account == account && state.parts.contains(.openOrders)
      case .positions(let account):
        guard case .accountState(let state) = copy message else { return false }
        return state.account == account && state.parts.contains(.positions)
      }
    }
  }

  /// What a command applies to. Everything nil is the firm; the narrowest part named is the scope.
  public struct Target: Sendable, Equatable {
    public var account: UInt16?
    public var strategy: UInt16?
    public var instrument: UInt32?

    public init(account: UInt16? = nil, strategy: UInt16? = nil, instrument: UInt32? = nil) {
      self.account = account
      self.strategy = strategy
      self.instrument = instrument
    }

    public var scope: Scope {
      if instrument != nil { return .instrument }
      if strategy != nil { return .strategy }
      return account == nil ? .firm : .account
    }
  }

  /// The longest reason that is sent, in bytes; a longer one is cut.
  public static let maxReasonBytes = 1024

  /// A command. With one `correlation` for several components it is one command to them all.
  public static func command(
    _ kind: CommandKind, on target: Target = Target(), operatorName: NameText, reason: String,
    correlation: Correlation = .random(), of colony: ColonyName = .anyone,
    subject: TopicText = TopicText(), value: TopicText = TopicText()
  ) -> ControlRequest {
    let command = Command(
      envelope: Envelope(origin: 0, correlation: correlation), kind: kind, scope: target.scope,
      account: target.account, strategy: target.strategy, instrument: target.instrument,
      operatorName: operatorName, colony: colony.colony,
      run: colony.run, subject: subject, value: value)
    return ControlRequest(correlation) {
      command.encode(into: &$0, reason: Array(reason.utf8.prefix(maxReasonBytes)))
    }
  }

  /// Asks a topic's publisher for the state behind it; the answer is the topic's own message.
  public static func snapshot(of topic: Topic) -> ControlRequest {
    let correlation = Correlation.random()
    let request = SnapshotRequest(
      envelope: Envelope(origin: 0, correlation: correlation), topic: topic.text)
    return ControlRequest(correlation) { request.encode(into: &$0) }
  }

  /// Asks a venue to cancel every open order of an account; the answer is the venue's list of those that are
  /// left. Repeating it does no harm.
  public static func cancelAll(account: UInt16) -> ControlRequest {
    let correlation = Correlation.random()
    let request = CancelAll(
      envelope: Envelope(origin: 0, correlation: correlation), account: account,
      requestNanos: Clock.wallNanos(), conditions: [])
    return ControlRequest(correlation, answer: .openOrders(account: account)) { request.encode(into: &$0) }
  }

  /// Asks a venue for the positions of an account.
  public static func positions(account: UInt16) -> ControlRequest {
    let correlation = Correlation.random()
    let request = AccountQuery(
      envelope: Envelope(origin: 0, correlation: correlation), account: account, parts: [.positions],
      afterTradeSequence: 0)
    return ControlRequest(correlation, answer: .positions(account: account)) { request.encode(into: &$0) }
  }

  /// Asks the owner of a journal for rows. Many messages answer it: see `ReplayClient`.
  static func rows(after sequence: Int64, atMost count: Int) -> ControlRequest {
    let correlation = Correlation.random()
    let request = ReplayRequest(
      envelope: Envelope(origin: 0, correlation: correlation), afterSequence: UInt64(sequence),
      atMost: UInt32(count))
    return ControlRequest(correlation) { request.encode(into: &$0) }
  }

  private init(
    _ correlation: Correlation, answer: Answer = .anyMessage, _ encode: (inout FrameWriter) -> Range<Int>
  ) {
    var frames = FrameWriter(capacity: 1 << 12)
    let range = encode(&frames)
    // Sender 0: a program outside the topology.
    frames.stamp(frameAt: range.lowerBound, sender: 0, epoch: 0, sequence: 0, sent: Clock.wallNanos())
    self.correlation = correlation
    self.answer = answer
    frame = frames.bytes.copiedBytes()
  }
}

extension Correlation {
  /// An id nobody else has: 128 random bits, of which the lowest is set, so that it is not "none".
  public static func random() -> Correlation {
    var generator = SystemRandomNumberGenerator()
    return Correlation(high: generator.next(), low: generator.next() | 1)
  }
}
