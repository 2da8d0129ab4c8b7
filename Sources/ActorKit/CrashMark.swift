import Wire

/// Names the input in hand, so that the next incarnation knows on what this one died.
///
/// The host keeps the mark in memory that outlives the process. An input on which two incarnations trapped is
/// refused from then on, with an alarm: one poisoned message must not keep a component down. Who was killed
/// in between, or lost power, has not died of an input.
@frozen
public struct CrashMark: Equatable, Sendable, CustomStringConvertible {
  public var sender: UInt16
  public var template: UInt16
  public var epoch: UInt32
  /// Place in its stream or lane; for a message that its link does not number, a digest of what it says.
  public var sequence: UInt64
  /// How many incarnations trapped on it.
  public var deaths: UInt32

  @inlinable
  public init(sender: UInt16, template: UInt16, epoch: UInt32, sequence: UInt64, deaths: UInt32 = 0) {
    self.sender = sender
    self.template = template
    self.epoch = epoch
    self.sequence = sequence
    self.deaths = deaths
  }

  /// The mark of a message. Without a number of its own it is known by its content, because all messages of
  /// its kind would share the number 0 and be refused together.
  public init(_ template: Template, _ envelope: Envelope, _ frame: RawSpan) {
    let sequence = envelope.sequence != 0 ? envelope.sequence : Self.digest(frame)
    self.init(sender: envelope.sender, template: template.rawValue, epoch: envelope.epoch, sequence: sequence)
  }

  /// FNV-1a of everything behind header and envelope: times and flags of sending do not change what a message
  /// says.
  private static func digest(_ frame: RawSpan) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var place = FrameHeader.byteCount + Envelope.byteCount
    while place < frame.byteCount {
      hash = (hash ^ UInt64(frame.integer(at: place, as: UInt8.self))) &* 0x100_0000_01B3
      place += 1
    }
    return hash
  }

  public var description: String {
    "template \(template), number \(sequence), of component \(sender), epoch \(epoch)"
  }

  /// The deaths after which an input is refused.
  public static let fatalDeaths: UInt32 = 2

  /// Whether the other mark names the same input.
  @inlinable
  public func isSameInput(as other: CrashMark) -> Bool {
    sender == other.sender && template == other.template && epoch == other.epoch && sequence == other.sequence
  }
}
