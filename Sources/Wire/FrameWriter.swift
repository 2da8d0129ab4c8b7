/// An append-only arena of encoded frames, owned by the host and reused turn after turn.
///
/// Encoders write straight into it, one frame after the other; a frame is known by its byte range, which
/// stays valid until `reset()`. The arena doubles when it is full and keeps what it has grown to, so a
/// steady state allocates nothing. It never grows beyond its bound: one turn that wants to send more is a
/// runaway, and traps.
///
/// ```swift
/// var out = FrameWriter()
/// let frame = order.encode(into: &out)
/// out.stamp(frameAt: frame.lowerBound, sender: 7, epoch: 3, sequence: 41, sent: nowNanos)
/// socket.send(out.span(from: frame.lowerBound, count: frame.count))
/// ```
@safe
@frozen
public struct FrameWriter: ~Copyable {
  /// The largest frame, in bytes; also what receivers accept. Encoding a larger one is a bug and traps.
  @inlinable public static var maxFrame: Int { 65_536 }
  /// The bound of an arena that names none, in bytes: 256 frames of the largest size.
  @inlinable public static var defaultBound: Int { 16 << 20 }

  /// Owned: allocated by `init` and `grow`, freed by `deinit`, never handed out except as a borrowed span.
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var room: Int
  @usableFromInline var used: Int

  /// Bytes it may grow to.
  public let bound: Int

  /// Bytes written since the last reset.
  @inlinable
  public var count: Int { used }

  /// Bytes there is room for without growing.
  @inlinable
  public var capacity: Int { room }

  /// An empty arena with room for `capacity` bytes that may grow to `bound` bytes.
  public init(capacity: Int = maxFrame, bound: Int = defaultBound) {
    precondition(capacity > 0 && capacity <= bound, "an arena of \(capacity) bytes with the bound \(bound)")
    self.used = 0
    self.room = capacity
    self.bound = bound
    unsafe self.base = FrameWriter.zeroed(capacity)
  }

  deinit { unsafe base.deallocate() }

  /// Forgets all frames; the room stays.
  @inlinable
  public mutating func reset() { used = 0 }

  /// `length` bytes from `start` on, valid while the arena is not written to.
  @inlinable
  @_lifetime(borrow self)
  public func span(from start: Int, count length: Int) -> RawSpan {
    precondition(
      start >= 0 && length >= 0 && start <= used && length <= used - start,
      "\(length) bytes from \(start) of an arena that holds \(used)")
    // Sound: the range lies within what is written, and the span cannot outlive the borrow.
    let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base) + start, byteCount: length)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// All bytes written since the last reset.
  @inlinable
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get { span(from: 0, count: used) }
  }

  /// Patches the envelope of the frame at `offset`: what only the host knows, and only when it sends.
  ///
  /// - Parameters:
  ///   - sender: the component's number in the topology.
  ///   - flags: how the frame travels: lane, snapshot, repeat.
  ///   - epoch: incarnation of the process.
  ///   - sequence: the frame's place in its topic or session lane.
  ///   - sent: wall clock, nanoseconds UTC.
  @inlinable
  public mutating func stamp(
    frameAt offset: Int, sender: UInt16, flags: EnvelopeFlags = [], epoch: UInt32, sequence: UInt64,
    sent: Int64
  ) {
    precondition(
      offset >= 0 && offset <= used - FrameHeader.byteCount - Envelope.byteCount,
      "no frame at byte \(offset) of an arena that holds \(used)")
    var frame = mutableSpan(from: offset, count: FrameHeader.byteCount + Envelope.byteCount)
    frame.store(sender, at: FrameHeader.byteCount + Envelope.senderOffset)
    frame.store(flags.rawValue, at: FrameHeader.byteCount + Envelope.flagsOffset)
    frame.store(epoch, at: FrameHeader.byteCount + Envelope.epochOffset)
    frame.store(sequence, at: FrameHeader.byteCount + Envelope.sequenceOffset)
    frame.store(sent, at: FrameHeader.byteCount + Envelope.sentOffset)
  }

  /// Patches the time of sending alone, for who hands the bytes on after another has stamped the rest.
  ///
  /// - Parameter sent: wall clock, nanoseconds UTC.
  @inlinable
  public mutating func stampSent(frameAt offset: Int, sent: Int64) {
    precondition(
      offset >= 0 && offset <= used - FrameHeader.byteCount - Envelope.byteCount,
      "no frame at byte \(offset) of an arena that holds \(used)")
    var frame = mutableSpan(from: offset, count: FrameHeader.byteCount + Envelope.byteCount)
    frame.store(sent, at: FrameHeader.byteCount + Envelope.sentOffset)
  }

  /// Which message the frame at `offset` is.
  @inlinable
  public func templateId(frameAt offset: Int) -> UInt16 {
    span(from: offset, count: FrameHeader.byteCount).integer(at: 2)
  }

  /// Appends a copy of a frame that was encoded elsewhere, to forward it or to hold it; gives its range.
  @discardableResult
  public mutating func append(copying frame: RawSpan) -> Range<Int> {
    let start = used
    let byteCount = frame.byteCount
    var copy = appendFrame(byteCount: byteCount)
    // Sound: both buffers stay inside the closures and hold `byteCount` bytes; they cannot overlap, because
    // the arena is borrowed exclusively.
    unsafe frame.withUnsafeBytes { source in
      unsafe copy.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
    }
    return start..<start + byteCount
  }

  /// Room for one more frame, to be written whole by the caller.
  @inlinable
  @_lifetime(&self)
  mutating func appendFrame(byteCount: Int) -> MutableRawSpan {
    precondition(
      byteCount <= FrameWriter.maxFrame, "a frame of \(byteCount) bytes; at most \(FrameWriter.maxFrame)")
    if byteCount > room - used { grow(toHold: byteCount) }
    let start = used
    used += byteCount
    return mutableSpan(from: start, count: byteCount)
  }

  @inlinable
  @_lifetime(&self)
  mutating func mutableSpan(from start: Int, count length: Int) -> MutableRawSpan {
    // Sound: both callers have checked the range, memory is initialised at allocation, and the span holds the
    // exclusive borrow.
    let span = unsafe MutableRawSpan(_unsafeStart: base + start, byteCount: length)
    return unsafe _overrideLifetime(span, mutating: &self)
  }

  /// Doubles the room until `more` bytes fit.
  @usableFromInline
  mutating func grow(toHold more: Int) {
    let needed = used + more
    precondition(needed <= bound, "a turn that sends \(needed) bytes or more; the arena's bound is \(bound)")
    var wider = room
    while wider < needed { wider = min(wider * 2, bound) }
    let fresh = unsafe FrameWriter.zeroed(wider)
    unsafe fresh.copyMemory(from: base, byteCount: used)
    unsafe base.deallocate()
    unsafe base = fresh
    room = wider
  }

  /// Allocates memory that is initialised: a span over it is then always sound to read.
  private static func zeroed(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    return unsafe memory
  }
}
