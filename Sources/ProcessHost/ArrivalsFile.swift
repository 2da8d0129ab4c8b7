import HostKit
import Platform

/// Keeps what was given to a host, turn by turn, in the run folder: `NAME.EPOCH.arrivals`. Layout:
/// `ArrivalsRecord`.
///
/// Bound: bytes. The turn that would pass it is not kept, nor any after it, and the file says so. What cannot
/// be written is not kept either: a recording must never stop trading.
package struct ArrivalsFile: ~Copyable {
  package enum Outcome: Equatable {
    case kept
    /// Nothing more is kept; why, for the log.
    case over(String)
  }

  private var file: OutputFile
  private let maxBytes: Int64
  /// The number of the next record; the head is written.
  private var number: UInt64 = 1
  private var isOver = false

  /// Where the arrivals of an incarnation lie.
  package static func path(in folder: String, _ component: String, epoch: UInt32) -> String {
    "\(folder)/\(component).\(epoch)\(suffix)"
  }

  package static let suffix = ".arrivals"
  /// Unless another bound is given.
  package static let defaultMegabytes: Int64 = 1_024

  /// Begins the file; one of the same name is replaced.
  package init(path: String, _ head: ArrivalsHead, maxBytes: Int64) throws(FileError) {
    try FileSystem.remove(path)
    // The bound is kept here, without a second file.
    var opened = try OutputFile(path, maxBytes: .max, keep: 0, mode: 0o600)
    try opened.write(ArrivalsRecord.preamble + ArrivalsRecord.bytes(.head, head.bytes, number: 0))
    file = opened
    self.maxBytes = maxBytes
  }

  /// Keeps a turn.
  package mutating func keep(_ turn: [UInt8]) -> Outcome {
    guard !isOver else { return .kept }
    guard turn.count <= ArrivalsRecord.maxBytes, file.bytes + Int64(turn.count) <= maxBytes else {
      let failure = finish(.atBound)
      return .over(failure ?? "\(file.path) has reached its bound of \(maxBytes >> 20) MB")
    }
    return attempt(.turn, turn).map(Outcome.over) ?? .kept
  }

  /// The last record; what went wrong, if anything. Nothing is kept after it.
  @discardableResult
  package mutating func finish(_ end: ArrivalsEnd) -> String? {
    guard !isOver else { return nil }
    defer { isOver = true }
    return attempt(.end, [end.rawValue])
  }

  private mutating func attempt(_ kind: ArrivalsRecord.Kind, _ body: [UInt8]) -> String? {
    do throws(FileError) {
      try file.write(ArrivalsRecord.bytes(kind, body, number: number))
      number += 1
      return nil
    } catch {
      isOver = true
      return "\(error)"
    }
  }
}
