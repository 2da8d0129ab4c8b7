import CZeroMQ
import Glibc
import Platform

/// Waits for sockets and file descriptors, in the order they were added.
///
/// The poller keeps the raw handles, not the sockets. Whoever owns it owns the sockets too, and calls
/// `removeAll()` before closing one of them; polling a closed socket traps. All belong to one thread.
///
/// Deadlines are rounded up to the millisecond, because `zmq_poll` counts in those: it wakes up to 1 ms
/// late, never early. Where that matters, add a `TimerFD` to the set, which is exact to some microseconds.
/// Up to 16 entries a wait needs no memory; with more, ZeroMQ allocates in each.
@safe public struct Poller: ~Copyable {
  /// What to wait for.
  public struct Interest: OptionSet, Sendable {
    public let rawValue: Int16
    public init(rawValue: Int16) { self.rawValue = rawValue }
    public static let readable = Interest(rawValue: Int16(ZMQ_POLLIN))
    public static let writable = Interest(rawValue: Int16(ZMQ_POLLOUT))
    /// A file descriptor whose other end is gone. Reported even if not asked for.
    public static let failed = Interest(rawValue: Int16(ZMQ_POLLERR))
  }

  /// The most entries that can be added.
  public let capacity: Int
  /// The entries added so far.
  public private(set) var count = 0
  private let items: UnsafeMutablePointer<zmq_pollitem_t>

  /// A poller for up to `capacity` entries, 1…1,024. Adding more traps.
  public init(capacity: Int = 16) {
    precondition((1...1024).contains(capacity), "poller capacity \(capacity) not in 1…1,024")
    self.capacity = capacity
    // unsafe: freed in deinit only; the type cannot be copied.
    unsafe items = .allocate(capacity: capacity)
    unsafe items.initialize(repeating: zmq_pollitem_t(), count: capacity)
  }

  deinit {
    unsafe items.deallocate()
  }

  /// Adds a socket; returns its index for `isReady`.
  public mutating func add(_ socket: borrowing Socket, _ interest: Interest = .readable) -> Int {
    let handle = unsafe socket.handle
    return unsafe add(zmq_pollitem_t(socket: handle, fd: -1, events: interest.rawValue, revents: 0))
  }

  /// Adds a file descriptor (eventfd, signalfd, timerfd, pipe); returns its index for `isReady`.
  public mutating func add(fileDescriptor: Int32, _ interest: Interest = .readable) -> Int {
    precondition(fileDescriptor >= 0, "bug: file descriptor \(fileDescriptor) in a poll set")
    return unsafe add(zmq_pollitem_t(socket: nil, fd: fileDescriptor, events: interest.rawValue, revents: 0))
  }

  /// Forgets all entries; indices start at 0 again.
  public mutating func removeAll() {
    count = 0
  }

  /// Waits until an entry is ready or `deadline` (`Clock.bootNanos`) has passed, and returns how many are
  /// ready. A deadline in the past looks once without waiting. `Int64.max` waits for ever.
  public mutating func wait(untilBootNanos deadline: Int64) -> Int {
    var isExpired = false
    repeat {
      let millis = Poller.millisUntil(deadline, now: Clock.bootNanos())
      isExpired = millis == 0
      // unsafe: the first `count` items are initialised, and their sockets alive by the rule above.
      let ready = unsafe zmq_poll(items, CInt(count), millis)
      if ready > 0 { return Int(ready) }
      if ready < 0 {
        let code = zmq_errno()
        if code != EINTR { trap(code, function: "zmq_poll", endpoint: "\(count) entries") }
      }
    } while !isExpired
    // Nothing is ready, whatever a wait that was interrupted left behind.
    for index in 0..<count { unsafe items[index].revents = 0 }
    return 0
  }

  /// Whether the last `wait` found anything asked for at `index`, or a failure.
  public func isReady(_ index: Int) -> Bool {
    !readiness(index).isEmpty
  }

  /// What the last `wait` found at `index`.
  public func readiness(_ index: Int) -> Interest {
    precondition((0..<count).contains(index), "bug: poll index \(index) of \(count)")
    return unsafe Interest(rawValue: items[index].revents)
  }

  private mutating func add(_ item: zmq_pollitem_t) -> Int {
    precondition(count < capacity, "poller is full: capacity \(capacity)")
    unsafe items[count] = item
    count += 1
    return count - 1
  }

  /// Whole milliseconds from `now` to `deadline`, rounded up, 0…60,000: one call to `zmq_poll` waits a
  /// minute at most and the loop above goes round again.
  package static func millisUntil(_ deadline: Int64, now: Int64) -> Int {
    guard deadline > now else { return 0 }
    let (nanos, isHuge) = deadline.subtractingReportingOverflow(now)
    guard !isHuge, nanos < 60_000_000_000 else { return 60_000 }
    return Int((nanos + 999_999) / 1_000_000)
  }
}
