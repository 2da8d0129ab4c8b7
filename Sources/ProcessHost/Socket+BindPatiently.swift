import Platform
import ZeroMQ

extension Socket {
  /// A restarted component may have to wait for the kernel to let go of its predecessor's address.
  static var bindPatienceNanos: Int64 { 2_000_000_000 }

  /// Binds, waiting up to two seconds: the kernel may not yet have let go of a predecessor's address. A Unix
  /// socket is made its user's alone.
  package borrowing func bindPatiently(_ endpoint: String) throws(ZeroMQError) {
    let deadline = Clock.bootNanos() + Self.bindPatienceNanos
    while true {
      do throws(ZeroMQError) {
        try bind(endpoint)
        break
      } catch {
        guard case .addressInUse = error, Clock.bootNanos() < deadline else { throw error }
        ProcessControl.pause(nanos: 20_000_000)
      }
    }
    guard endpoint.hasPrefix("ipc://") else { return }
    do throws(FileError) { try FileSystem.setMode(String(endpoint.dropFirst("ipc://".count)), 0o600) } catch {
      throw .permissionDenied(endpoint: endpoint)
    }
  }
}
