import CZeroMQ
import Glibc
import Platform

/// Waits for sockets and file descriptors, in the order they were added.
///
/// The poller keeps the raw handles, not the sockets. Whoever owns it owns the sockets too, and calls
/// `removeAll()` before closing one of them; polling a closed socket traps. All belong to one thread.
///
/// Not `zmq_poll`: that asks every socket before and after it sleeps, two system calls each. A socket whose
/// last word was that it has nothing (`Socket.idle`) tells of news by its descriptor, and is asked only then.
///
/// Deadlines are rounded up to the millisecond, because `poll` counts in those: it wakes up to 1 ms late,
/// never early. Where that matters, add a `TimerFD` to the set, which is exact to some microseconds. A wait
/// needs no memory.
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
  private let entries: UnsafeMutablePointer<Entry>
  /// What the kernel is asked about each entry, beside it.
  private let descriptors: UnsafeMutablePointer<pollfd>

  @safe private struct Entry {
    /// Nil for a file descriptor.
    var socket: UnsafeMutableRawPointer?
    /// `Socket.idle`; nil for a file descriptor.
    var idle: UnsafeMutablePointer<Bool>?
    var interest: Interest
    var readiness: Interest = []
  }

  /// A poller for up to `capacity` entries, 1…1,024. Adding more traps.
  public init(capacity: Int = 16) {
    precondition((1...1024).contains(capacity), "poller capacity \(capacity) not in 1…1,024")
    self.capacity = capacity
    // unsafe: freed in deinit only; the type cannot be copied.
    unsafe entries = .allocate(capacity: capacity)
    unsafe entries.initialize(repeating: Entry(socket: nil, idle: nil, interest: []), count: capacity)
    unsafe descriptors = .allocate(capacity: capacity)
    unsafe descriptors.initialize(repeating: pollfd(), count: capacity)
  }

  deinit {
    unsafe entries.deallocate()
    unsafe descriptors.deallocate()
  }

  /// Adds a socket; returns its index for `isReady`.
  public mutating func add(_ socket: borrowing Socket, _ interest: Interest = .readable) -> Int {
    let entry = unsafe Entry(socket: socket.handle, idle: socket.idle, interest: interest)
    return add(entry, pollfd(fd: socket.option(ZMQ_FD), events: Int16(POLLIN), revents: 0))
  }

  /// Adds a file descriptor (eventfd, signalfd, timerfd, pipe); returns its index for `isReady`.
  public mutating func add(fileDescriptor: Int32, _ interest: Interest = .readable) -> Int {
    precondition(fileDescriptor >= 0, "bug: file descriptor \(fileDescriptor) in a poll set")
    var events: Int16 = 0
    if interest.contains(.readable) { events |= Int16(POLLIN) }
    if interest.contains(.writable) { events |= Int16(POLLOUT) }
    let entry = unsafe Entry(socket: nil, idle: nil, interest: interest)
    return add(entry, pollfd(fd: fileDescriptor, events: events, revents: 0))
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
      let isNewsKnown = askTheBusy()
      // unsafe: the first `count` descriptors are initialised.
      let found = unsafe poll(descriptors, nfds_t(count), isNewsKnown ? 0 : CInt(millis))
      precondition(found >= 0 || errno == EINTR, "poll of \(count) entries: \(errorText(errno))")
      let ready = take(isAnyAnswered: found > 0)
      if ready > 0 { return ready }
    } while !isExpired
    return 0
  }

  /// Asks the sockets that may have something already, which their descriptors need not tell any more;
  /// whether one has.
  private func askTheBusy() -> Bool {
    var isAnyReady = false
    for index in 0..<count {
      unsafe entries[index].readiness = []
      // unsafe: the socket is alive by the rule above, and its mark with it.
      guard let idle = unsafe entries[index].idle else { continue }
      guard unsafe !idle.pointee || entries[index].interest.contains(.writable) else { continue }
      isAnyReady = ask(index) || isAnyReady
    }
    return isAnyReady
  }

  /// What the kernel has found; how many entries are ready.
  private func take(isAnyAnswered: Bool) -> Int {
    var ready = 0
    for index in 0..<count {
      let found = isAnyAnswered ? unsafe Int32(descriptors[index].revents) : 0
      if found != 0, unsafe entries[index].readiness.isEmpty {
        if unsafe entries[index].socket != nil {
          _ = ask(index)
        } else {
          unsafe entries[index].readiness = Poller.readiness(found)
        }
      }
      if unsafe !entries[index].readiness.isEmpty { ready += 1 }
    }
    return ready
  }

  private static func readiness(_ found: Int32) -> Interest {
    var readiness: Interest = []
    if found & POLLIN != 0 { readiness.insert(.readable) }
    if found & POLLOUT != 0 { readiness.insert(.writable) }
    if found & ~(POLLIN | POLLOUT) != 0 { readiness.insert(.failed) }
    return readiness
  }

  /// Asks a socket for its state, which also takes in what its descriptor has told; whether it is ready.
  private func ask(_ index: Int) -> Bool {
    var value: CInt = 0
    var size = MemoryLayout<CInt>.size
    // unsafe: the socket is alive by the rule above; ZeroMQ writes into the two values.
    while unsafe zmq_getsockopt(entries[index].socket, ZMQ_EVENTS, &value, &size) != 0 {
      let code = zmq_errno()
      if code != EINTR { trap(code, function: "zmq_getsockopt", endpoint: "\(count) entries") }
    }
    let events = Interest(rawValue: Int16(truncatingIfNeeded: value))
    unsafe entries[index].idle?.pointee = !events.contains(.readable)
    unsafe entries[index].readiness = events.intersection(entries[index].interest)
    return unsafe !entries[index].readiness.isEmpty
  }

  /// Whether the last `wait` found anything asked for at `index`, or a failure.
  public func isReady(_ index: Int) -> Bool {
    !readiness(index).isEmpty
  }

  /// What the last `wait` found at `index`.
  public func readiness(_ index: Int) -> Interest {
    precondition((0..<count).contains(index), "bug: poll index \(index) of \(count)")
    return unsafe entries[index].readiness
  }

  private mutating func add(_ entry: Entry, _ descriptor: pollfd) -> Int {
    precondition(count < capacity, "poller is full: capacity \(capacity)")
    unsafe entries[count] = entry
    unsafe descriptors[count] = descriptor
    count += 1
    return count - 1
  }

  /// Whole milliseconds from `now` to `deadline`, rounded up, 0…60,000: one call to `poll` waits a
  /// minute at most and the loop above goes round again.
  package static func millisUntil(_ deadline: Int64, now: Int64) -> Int {
    guard deadline > now else { return 0 }
    let (nanos, isHuge) = deadline.subtractingReportingOverflow(now)
    guard !isHuge, nanos < 60_000_000_000 else { return 60_000 }
    return Int((nanos + 999_999) / 1_000_000)
  }
}
