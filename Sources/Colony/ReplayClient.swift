import ActorKit
import Records
import Platform
import Wire
import ZeroMQ

/// Reads the journal of a running component from its owner, page by page, through the control port.
///
/// The owner has the file to itself, so nobody else may look at it. Rows come in order and without a hole; a
/// page that does not come whole is asked for again from the first row that is missing. Which rows a chain
/// covers, only the file shows: nothing is verified here but the order.
///
/// Belongs to one thread. Bounds: `pageRows` rows are asked for at a time, fewer than a socket's queue takes.
public final class ReplayClient {
  /// Rows asked for at a time.
  public static let pageRows = 128
  /// Asked again after this without a row.
  static let repeatNanos: Int64 = .nanosPerSecond
  /// While the connection is lost, sending is tried again after this.
  static let reconnectNanos: Int64 = 20 * .nanosPerMilli

  public let endpoint: String
  /// Frames that were no row awaited: dropped.
  public private(set) var strayCount = 0

  private let socket: Socket
  private let patienceNanos: Int64
  private var page: Page?
  private var hasConnected = false
  /// The newest row there was when the first answer came; reading ends with it, however fast the owner
  /// writes.
  private var lastSequence: Int64?

  /// What was asked for last.
  private struct Page {
    let request: ControlRequest
    /// The last row that it brings.
    let end: Int64
    var isSent = false
    var repeatAtBootNanos = Int64.min
  }

  /// Begins to connect. `endpoint` is as ZeroMQ takes it; after `patienceNanos` without a row it gives up.
  public init(_ endpoint: String, patienceNanos: Int64 = 3 * .nanosPerSecond) throws(ReplayError) {
    self.endpoint = endpoint
    self.patienceNanos = patienceNanos
    do throws(ZeroMQError) {
      let socket = try Socket(.dealer, .session())
      try socket.connect(endpoint)
      self.socket = socket
    } catch {
      throw .connection(error)
    }
  }

  /// Hands over the rows after `after`, at most `limit`, up to the last there was at the beginning. A row's
  /// correlation is not told and stays zero. `body` answers whether to go on. Gives the last row handed over.
  @discardableResult
  public func forEachRow(
    after: Int64, limit: Int = .max, _ body: (JournalRow, [UInt8]) -> Bool
  ) throws(ReplayError) -> Int64 {
    precondition(after >= 0 && limit >= 0, "rows are asked after \(after), limit \(limit)")
    var position = after
    var wantsMore = true
    var deadline = Clock.bootNanos() + patienceNanos
    page = nil
    while wantsMore, position - after < limit, position < lastSequence ?? .max {
      let now = Clock.bootNanos()
      guard now < deadline else { throw hasConnected ? .silent(endpoint) : .unreachable(endpoint) }
      ask(from: position, limit: limit - Int(position - after), at: now)
      wait(until: deadline)
      var message = Message()
      while wantsMore, case .received(let more) = socket.receive(into: &message) {
        if !more, let text = refusal(message.bytes) { throw .unreadable(endpoint, after: position, text) }
        guard !more, let row = take(message.bytes, after: position) else {
          strayCount += 1
          continue
        }
        deadline = Clock.bootNanos() + patienceNanos
        page?.repeatAtBootNanos = Clock.bootNanos() + Self.repeatNanos
        guard let (row, bytes) = row.contents else { break }
        position = row.sequence
        wantsMore = body(row, bytes)
      }
    }
    return position
  }

  /// Asks for the next page, or once more for what has not come of this one.
  private func ask(from position: Int64, limit: Int, at now: Int64) {
    if page.map({ position >= $0.end || ($0.isSent && now >= $0.repeatAtBootNanos) }) ?? true {
      let count = min(limit, Self.pageRows)
      page = Page(request: .rows(after: position, atMost: count), end: position + Int64(count))
    }
    guard let asked = page, !asked.isSent, now >= asked.repeatAtBootNanos else { return }
    switch socket.send(asked.request.frame.span.bytes) {
    case .sent:
      hasConnected = true
      page?.isSent = true
      page?.repeatAtBootNanos = now + Self.repeatNanos
    case .backPressured, .noPeer:
      // Connected once, and no more: look again soon. Before the first connection the poller tells.
      if hasConnected { page?.repeatAtBootNanos = now + Self.reconnectNanos }
    }
  }

  private func wait(until deadline: Int64) {
    var poller = Poller(capacity: 1)
    _ = poller.add(socket, hasConnected ? .readable : [.readable, .writable])
    let next = hasConnected ? page?.repeatAtBootNanos ?? deadline : deadline
    _ = poller.wait(untilBootNanos: min(deadline, next))
  }

  /// A part of the answer: a row, or that there is none.
  private struct Part {
    let contents: (JournalRow, [UInt8])?
  }

  /// Why the rows asked for cannot be read; nil for any other message.
  private func refusal(_ frame: RawSpan) -> String? {
    guard let view = ReplayRefusedView(frame), view.envelope.correlation == page?.request.correlation else {
      return nil
    }
    return view.textString
  }

  /// Nil for what is no part of the answer, or not the next one.
  private func take(_ frame: RawSpan, after position: Int64) -> Part? {
    guard let part = ReplayPartView(frame), part.envelope.correlation == page?.request.correlation,
      let last = Int64(exactly: part.lastSequence)
    else { return nil }
    guard part.rowSequence > 0 else {
      lastSequence = min(lastSequence ?? position, position)
      return Part(contents: nil)
    }
    guard part.rowSequence == UInt64(position) + 1, let kind = UInt16(exactly: part.kind) else { return nil }
    if lastSequence == nil { lastSequence = last }
    let row = JournalRow(
      sequence: position + 1, epoch: part.rowEpoch, atNanos: part.atNanos, kind: kind, correlationHigh: 0,
      correlationLow: 0)
    return Part(contents: (row, part.bytes.copiedBytes()))
  }
}

/// Why a running component's journal could not be read to its end.
public enum ReplayError: Error, Equatable, CustomStringConvertible {
  /// There is no socket, or not to such an endpoint.
  case connection(ZeroMQError)
  /// Nobody took the connection.
  case unreachable(String)
  /// Somebody did, and gives no rows, or no more.
  case silent(String)
  /// Its owner cannot read the row after this one, and says why.
  case unreadable(String, after: Int64, String)

  public var description: String {
    switch self {
    case .connection(let error): "\(error)"
    case .unreachable(let endpoint):
      "nobody is at \(endpoint): has the component ended, or does it run on another host?"
    case .silent(let endpoint):
      "the component at \(endpoint) gives no rows: it hangs, or is of a build that cannot tell its journal; "
        + "its journal can be read when it has ended"
    case .unreadable(let endpoint, let row, let text):
      "the component at \(endpoint) cannot read what follows row \(row): \(printable(text)); keep the file: "
        + "`waggle journal verify` names the row once the component has ended"
    }
  }
}
