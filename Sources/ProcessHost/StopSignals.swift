import Platform

/// SIGINT and SIGTERM as data: blocked before any thread exists, read by the loop.
///
/// Make it first thing in `main`; a signal that comes earlier ends the process at once, which is as good.
public struct StopSignals: ~Copyable {
  private let source: SignalSource

  public init() throws(HostError) {
    do throws(Platform.SystemError) { source = try SignalSource([2, 15]) } catch { throw .system(error) }
  }

  var fileDescriptor: Int32 { source.fileDescriptor }

  /// A signal that has come, if any.
  func next() -> Int32? { source.next() }
}
