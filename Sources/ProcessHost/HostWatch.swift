import ActorKit
import Platform
import ZeroMQ

/// What a process waits for: its sockets, its device, its signals, and time.
struct HostWatch: ~Copyable {
  enum Place: Equatable {
    case link(Int)
    case control, other, market, stop
    /// Any of the device's.
    case device
  }

  private var poller: Poller
  private let timer: TimerFD
  private var linkCount = 0
  private var descriptors: [DeviceDescriptor] = []
  /// What the timer is set to; setting it anew costs a system call.
  private var armedBootNanos = Int64.max

  /// Bound of the descriptors a device may have watched; one that wants more traps.
  static var maxDescriptors: Int { 64 }

  init(linkCount: Int) throws(HostError) {
    // Beside them: control, other topics, market data, timer, signals.
    poller = Poller(capacity: linkCount + 5 + Self.maxDescriptors)
    do throws(Platform.SystemError) { timer = try TimerFD() } catch { throw .system(error) }
  }

  /// The links come first, then control, other topics, market data, timer, signals, device.
  mutating func add(_ sockets: borrowing HostSockets, _ stop: borrowing StopSignals) {
    poller.removeAll()
    linkCount = sockets.links.count
    for link in sockets.links { _ = poller.add(link.socket) }
    _ = poller.add(sockets.control)
    _ = poller.add(sockets.otherStream)
    _ = poller.add(sockets.marketStream)
    _ = poller.add(fileDescriptor: timer.fileDescriptor)
    _ = poller.add(fileDescriptor: stop.fileDescriptor)
    for descriptor in descriptors {
      _ = poller.add(
        fileDescriptor: descriptor.fileDescriptor,
        descriptor.awaitsRoom ? [.readable, .writable] : .readable)
    }
  }

  /// Watches what the device wants watched now.
  mutating func follow(
    _ wanted: [DeviceDescriptor], _ sockets: borrowing HostSockets, _ stop: borrowing StopSignals
  ) {
    guard wanted != descriptors else { return }
    descriptors = wanted
    add(sockets, stop)
  }

  /// The timer has nanoseconds; the poll's own time-out only whole ones of a millisecond.
  mutating func wait(untilBootNanos deadline: Int64, now: Int64) {
    guard deadline > now else {
      _ = poller.wait(untilBootNanos: now)
      return
    }
    if deadline != armedBootNanos {
      timer.set(deadlineBootNanos: deadline)
      armedBootNanos = deadline
    }
    _ = poller.wait(untilBootNanos: .max)
    guard poller.isReady(linkCount + 3) else { return }
    _ = timer.drain()
    armedBootNanos = .max
  }

  func isReady(_ place: Place) -> Bool {
    switch place {
    case .link(let index): poller.isReady(index)
    case .control: poller.isReady(linkCount)
    case .other: poller.isReady(linkCount + 1)
    case .market: poller.isReady(linkCount + 2)
    case .stop: poller.isReady(linkCount + 4)
    case .device: descriptors.indices.contains { poller.isReady(linkCount + 5 + $0) }
    }
  }
}
