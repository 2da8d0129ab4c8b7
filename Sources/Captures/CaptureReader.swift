import ActorKit
import Platform
import Trading

/// Replays recordings of one instrument: files in the order of time in, market events in the order of receipt
/// out.
///
///     var reader = try CaptureReader(paths: files, symbol: "BTCUSDT")
///     while let event = try reader.next() {
///       try book.follow(event, bids: reader.bids, asks: reader.asks)
///     }
///
/// The market time of an event is the recorder's receive time, the only clock all streams share; it never
/// goes back. Venue clocks are in the events. Every line is counted once, as used or as dropped with a
/// reason. A snapshot that names no instrument (spot) counts as the wanted one's, so a spot recording must
/// hold one instrument.
public struct CaptureReader: ~Copyable {
  public let paths: [String]
  /// The market time of the first line, for starting the market clock.
  public let firstMarketNanos: Int64
  /// The market time of the last event given, nanoseconds UTC.
  public private(set) var marketNanos: Int64
  public private(set) var counts = CaptureCounts()
  /// Levels of the last `.bookSnapshot` or `.bookUpdate`.
  public var bids: [BookLevel] { isFromWaiting ? waitingBids : parser.bids }
  public var asks: [BookLevel] { isFromWaiting ? waitingAsks : parser.asks }
  /// The newest unreadable line, for the log.
  public private(set) var lastMalformed: (path: String, line: Int64, error: CaptureLineError)?

  private let symbol: String
  private var lines: LineReader
  private var nextPath = 1
  private var parser: CaptureLineParser
  private var synchronizer = DepthSynchronizer()
  private var trades = TradeSequence()
  private var lastTickerId: Int64?
  private var tickerLeaps = LeapCheck()
  /// Lines read ahead to judge the time of the first; those that are believed.
  private var readAhead: [[UInt8]] = []
  private var isConfirmed = false
  /// No depth update of the current file was seen yet.
  private var isAtFileStart = true
  private var isReleasingWaiting = false
  /// The last event's levels had waited for a snapshot; otherwise they are the parser's. Handing its arrays
  /// out instead of sharing them keeps them unique, so that they are reused line after line.
  private var isFromWaiting = false
  private var waitingBids: [BookLevel] = []
  private var waitingAsks: [BookLevel] = []
  private var held: MarketEvent?

  /// Checks all files' beginnings before the first event: a mistake is told at once, not at midnight.
  public init(paths: [String], symbol: String) throws(CaptureError) {
    precondition(!paths.isEmpty, "a capture reader needs at least one file")
    var firstTimes: [Int64] = []
    for (index, path) in paths.enumerated() {
      let survey = try CaptureSurvey.of(path, symbol: symbol, searchingSnapshot: index == 0)
      firstTimes.append(survey.firstNanos ?? 0)
      if index > 0, firstTimes[index] < firstTimes[index - 1] {
        throw .filesOutOfOrder(earlier: paths[index - 1], later: path)
      }
    }
    let lines = try CaptureReader.open(paths[0])
    self.paths = paths
    self.symbol = symbol
    firstMarketNanos = firstTimes[0]
    marketNanos = firstTimes[0]
    parser = CaptureLineParser(symbol: symbol)
    self.lines = lines
  }

  /// The next event; nil at the end of the last file. After an error the reader must not be used further.
  public mutating func next() throws(CaptureError) -> MarketEvent? {
    if let event = held {
      held = nil
      return event
    }
    while true {
      if isReleasingWaiting, let event = releaseWaiting() { return event }
      guard let parsed = try nextLine() else {
        synchronizer.finish(counts: &counts)
        precondition(counts.areComplete && counts.waiting == 0, "lines without a fate: \(counts)")
        return nil
      }
      isFromWaiting = false
      if let event = try judge(parsed) { return event }
    }
  }
}

// MARK: - Lines

extension CaptureReader {
  private static func open(_ path: String) throws(CaptureError) -> LineReader {
    do throws(LineReaderError) {
      return try LineReader(path, maxLineBytes: CaptureSurvey.mostLineBytes)
    } catch {
      throw .file(error)
    }
  }

  /// Goes to the next line of this file or the next; false at the end of the last.
  private mutating func advance() throws(CaptureError) -> Bool {
    while true {
      do throws(LineReaderError) {
        if try lines.next() { return true }
      } catch {
        throw .file(error)
      }
      guard nextPath < paths.count else { return false }
      lines = try CaptureReader.open(paths[nextPath])
      nextPath += 1
      isAtFileStart = true
    }
  }

  /// The next line whose time can be believed; nil at the end.
  private mutating func nextLine() throws(CaptureError) -> CaptureEvent? {
    while true {
      guard let (event, bytes) = try readLine() else { return nil }
      if case .malformed = event { return event }
      guard !isConfirmed, isFarAhead(parser.receiveNanos) else {
        isConfirmed = false
        return event
      }
      try judgeTime(parser.receiveNanos, of: bytes ?? lines.line)
    }
  }

  /// A line that was read ahead, with its bytes, or one of the file.
  private mutating func readLine() throws(CaptureError) -> (event: CaptureEvent, bytes: [UInt8]?)? {
    if !readAhead.isEmpty {
      let bytes = readAhead.removeFirst()
      return (parser.parse(bytes.span), bytes)
    }
    guard try advance() else { return nil }
    let line = lines.line
    return (parser.parse(line.span), nil)
  }

  /// Whether a time needs the next line's agreement.
  private func isFarAhead(_ nanos: Int64) -> Bool {
    nanos.saturatingSubtract(marketNanos) > Self.mostAheadNanos
  }

  /// Believes a line that leaps when the next readable one is stamped like it; drops it otherwise. What was
  /// read ahead comes next.
  private mutating func judgeTime(_ nanos: Int64, of bytes: [UInt8]) throws(CaptureError) {
    precondition(readAhead.count <= 1, "no more than one line is read ahead")
    while let (event, next) = try readLine() {
      if case .malformed(let error) = event {
        counts.lines += 1
        counts.drop(.malformed)
        lastMalformed = (lines.path, lines.linesRead, error)
        continue
      }
      let following = next ?? lines.line
      let distance = parser.receiveNanos.saturatingSubtract(nanos)
      isConfirmed = (-Self.mostAheadNanos...Self.longestPauseNanos).contains(distance)
      readAhead = isConfirmed ? [bytes, following] : [following]
      break
    }
    guard !isConfirmed else { return }
    counts.lines += 1
    counts.drop(.timeJump)
  }

  /// A line stamped so much later than the line before is believed when the next one agrees. Far more than
  /// the pauses of a running recorder, and less than what would keep a replay waiting for long.
  public static let mostAheadNanos: Int64 = 3_600 * 1_000_000_000
  /// The line that agrees may come so much later: a recording of a quiet market has long pauses all along.
  public static let longestPauseNanos: Int64 = 30 * 24 * mostAheadNanos

  /// Decides what a line becomes; nil when it gives no event now.
  private mutating func judge(_ event: CaptureEvent) throws(CaptureError) -> MarketEvent? {
    counts.lines += 1
    if case .malformed(let error) = event {
      counts.drop(.malformed)
      lastMalformed = (lines.path, lines.linesRead, error)
      return nil
    }
    counts.quantitiesHeld += parser.quantitiesHeld
    if parser.receiveNanos < marketNanos { counts.clockStepsBack += 1 }
    marketNanos = max(marketNanos, parser.receiveNanos)
    switch event {
    case .depth(let update): return try judge(update)
    case .snapshot(let snapshot): return judge(snapshot)
    case .trade(let trade): return judge(trade)
    case .bookTicker(let ticker): return judge(ticker)
    case .otherInstrument: counts.drop(.otherInstrument)
    case .unused: counts.drop(.unusedStream)
    case .malformed: break
    }
    return nil
  }

  private mutating func judge(_ update: DepthUpdate) throws(CaptureError) -> MarketEvent? {
    let last = synchronizer.lastUpdateId
    let outcome = synchronizer.take(update, bids: parser.bids, asks: parser.asks, counts: &counts)
    defer { isAtFileStart = false }
    switch outcome {
    case .apply: return .bookUpdate(update)
    case .lost:
      // A later file that does not continue needs a snapshot of its own to start from.
      if isAtFileStart, nextPath > 1, let last, try !hasOwnSnapshot(paths[nextPath - 1]) {
        throw .filesDoNotChain(
          path: paths[nextPath - 1], lastUpdateId: last, firstUpdateId: update.firstUpdateId)
      }
      return .bookLost
    case .waits, .dropped: return nil
    }
  }

  private func hasOwnSnapshot(_ path: String) throws(CaptureError) -> Bool {
    do throws(CaptureError) {
      return try CaptureSurvey.of(path, symbol: symbol, searchingSnapshot: true).hasSnapshot
    } catch .noSnapshot {
      return false
    }
  }

  private mutating func judge(_ snapshot: DepthSnapshot) -> MarketEvent? {
    guard synchronizer.take(snapshot, counts: &counts) == .replace else { return nil }
    isReleasingWaiting = true
    return .bookSnapshot(snapshot)
  }

  private mutating func releaseWaiting() -> MarketEvent? {
    if let update = synchronizer.nextWaiting(bids: &waitingBids, asks: &waitingAsks, counts: &counts) {
      isFromWaiting = true
      return .bookUpdate(update)
    }
    isReleasingWaiting = false
    return synchronizer.isSynchronized ? nil : .bookLost
  }

  private mutating func judge(_ trade: CapturedTrade) -> MarketEvent? {
    switch trades.take(trade.id) {
    case .new(let missing):
      counts.missTrades(missing)
      counts.use(.trade)
      return .trade(trade)
    case .duplicate: counts.drop(.duplicateTrade)
    case .late: counts.drop(.lateTrade)
    case .leap: counts.drop(.idJump)
    }
    return nil
  }

  private mutating func judge(_ ticker: CapturedTicker) -> MarketEvent? {
    let step = lastTickerId.map {
      tickerLeaps.judge(UInt64(clamping: ticker.updateId), last: UInt64(clamping: $0))
    }
    if step == .doubted {
      counts.drop(.idJump)
      return nil
    }
    if let last = lastTickerId, step == .near, ticker.updateId <= last {
      counts.drop(ticker.updateId == last ? .duplicateTicker : .lateTicker)
      return nil
    }
    lastTickerId = ticker.updateId
    counts.use(.bookTicker)
    return .ticker(ticker)
  }
}
