extension JournalContents {
  /// All marks, by peer and lane.
  func marks() throws(JournalError) -> [JournalMark] {
    var marks: [JournalMark] = []
    let statement = try database.prepare(
      "SELECT peer, lane, lineage, epoch, sequence, seal FROM marks ORDER BY peer, lane")
    while try statement.step() {
      guard let peer = UInt16(exactly: statement.integer(0)), let lane = UInt8(exactly: statement.integer(1)),
        let epoch = UInt32(exactly: statement.integer(3))
      else { throw damaged(nil, "the mark of peer \(statement.integer(0)) is out of its range") }
      let mark = JournalMark(
        peer: peer, lane: lane, lineage: UInt64(bitPattern: statement.integer(2)), epoch: epoch,
        sequence: UInt64(bitPattern: statement.integer(4)))
      guard statement.integer(5) == Self.seal(of: mark) else {
        throw damaged(nil, "the mark of peer \(peer), lane \(lane) does not match its seal")
      }
      marks.append(mark)
    }
    return marks
  }

  /// The sessions with messages.
  func outboxSessions() throws(JournalError) -> [UInt32] {
    var sessions: [UInt32] = []
    let statement = try database.prepare("SELECT DISTINCT session FROM outbox ORDER BY session")
    while try statement.step() {
      guard let session = UInt32(exactly: statement.integer(0)) else {
        throw damaged(nil, "outbox session \(statement.integer(0))")
      }
      sessions.append(session)
    }
    return sessions
  }

  /// A session's unacknowledged messages after `after`, oldest first.
  func forEachOutboxEntry(
    session: UInt32, after: UInt64, _ body: (UInt64, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) {
    let statement = try database.prepare(
      "SELECT seq, body, seal FROM outbox WHERE session = ? AND seq > ? ORDER BY seq")
    statement.bind(1, Int64(session))
    statement.bind(2, Int64(after))
    while try statement.step() {
      guard let sequence = UInt64(exactly: statement.integer(0)) else {
        throw damaged(nil, "outbox of session \(session) holds number \(statement.integer(0))")
      }
      // The bytes live until the next step of the statement; `body` cannot keep the span.
      let bytes = unsafe statement.bytes(1)
      let seal = unsafe Self.seal(session: session, sequence: sequence, body: bytes)
      guard statement.integer(2) == seal else {
        throw damaged(nil, "message \(sequence) in the outbox of session \(session) does not match its seal")
      }
      try body(sequence, unsafe bytes.bytes)
    }
  }

  static func seal(of mark: JournalMark) -> Int64 {
    var builder = DigestBuilder()
    builder.add("mark")
    builder.add(Int64(mark.peer))
    builder.add(Int64(mark.lane))
    builder.add(Int64(bitPattern: mark.lineage))
    builder.add(Int64(mark.epoch))
    builder.add(Int64(bitPattern: mark.sequence))
    return builder.finish().seal
  }

  static func seal(session: UInt32, sequence: UInt64, body: UnsafeRawBufferPointer) -> Int64 {
    var builder = DigestBuilder()
    builder.add("outbox")
    builder.add(Int64(session))
    builder.add(Int64(bitPattern: sequence))
    unsafe builder.add(body)
    return builder.finish().seal
  }
}
