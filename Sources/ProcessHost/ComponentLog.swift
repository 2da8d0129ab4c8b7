import ActorKit
import Platform
import Telemetry

/// A component's log: JSON lines in the run folder, bounded in size and rate.
final class ComponentLog {
  /// Bounds: a file of 8 MiB, two older ones kept; 200 lines a second, suppressed ones counted.
  static let maxBytes: Int64 = 8 << 20
  static let keep = 2

  private var writer: LogWriter

  /// To standard error where there can be no file and `canDoWithout` allows it.
  init(_ configuration: HostConfiguration, canDoWithout: Bool) throws(HostError) {
    do throws(FileError) {
      let file = try LogFile(path: "\(configuration.runFolder)/\(configuration.name).log")
      writer = LogWriter(component: configuration.name) { file.write($0) }
    } catch {
      guard canDoWithout else { throw .file(error) }
      writer = LogWriter(component: configuration.name) {
        _ = StandardError.write(String(decoding: $0, as: UTF8.self))
      }
    }
  }

  func write(_ level: LogLevel, _ event: String, _ message: String) {
    writer.log(level, event, message, atUnixNanos: Clock.wallNanos())
  }
}

/// The file behind a log. A log that cannot be written must not stop trading: the failure goes to standard
/// error, once.
private final class LogFile {
  private var file: OutputFile
  private var hasFailed = false

  init(path: String) throws(FileError) {
    file = try OutputFile(path, maxBytes: ComponentLog.maxBytes, keep: ComponentLog.keep)
  }

  func write(_ line: [UInt8]) {
    do throws(FileError) {
      try file.write(line)
    } catch {
      guard !hasFailed else { return }
      hasFailed = true
      _ = StandardError.write("log: \(error)\n")
    }
  }
}
