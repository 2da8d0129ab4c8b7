import Synchronization
import Testing

/// Ports nobody listens on, for colonies that run beside each other and beside whatever else there is.
enum FreePorts {
  /// A colony of six components and a relay uses base + 1 to base + 14.
  static let span: UInt16 = 15
  /// Below the ports the kernel hands out for outgoing connections.
  private static let range: Range<UInt16> = 10_000..<30_000

  private static let given = Mutex<Set<UInt16>>([])

  /// A port base, given to one test of this process only.
  static func base() throws -> UInt16 {
    for _ in 0..<1_000 {
      let slot = UInt16.random(in: 0..<UInt16(range.count / Int(span)))
      let base = range.lowerBound + slot * span
      guard given.withLock({ $0.insert(base).inserted }) else { continue }
      if (1..<span).allSatisfy({ isFree(base + $0) }) { return base }
    }
    throw NoFreePorts()
  }

  struct NoFreePorts: Error {}

  private static func isFree(_ port: UInt16) -> Bool {
    guard let listener = TCPSocket.listening(at: port) else { return false }
    listener.close()
    return true
  }
}
