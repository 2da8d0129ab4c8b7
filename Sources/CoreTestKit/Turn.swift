import ActorKit
import Wire

/// What a core did in one turn, or in several: messages with their destinations, and facts, in order.
public struct Turn: Sendable {
  public private(set) var sent: [SentMessage] = []
  public private(set) var facts: [RecordedFact] = []

  public init() {}

  init(_ effects: borrowing Effects) {
    for sending in effects.sendings {
      let frame = effects.frames.span(from: sending.offset, count: sending.count)
      sent.append(SentMessage(destination: sending.destination, frame: frame.copiedBytes()))
    }
    for record in effects.records {
      let bytes = Array(effects.facts.bytes[record.offset..<record.offset + record.count])
      facts.append(RecordedFact(kind: record.kind, correlation: record.correlation, bytes: bytes))
    }
  }

  /// Adds what another turn did.
  public mutating func append(_ other: Turn) {
    sent += other.sent
    facts += other.facts
  }

  /// All messages of a kind, in order.
  public func all<Block: DecodedBlock>(_ kind: Block.Type = Block.self) -> [Block] {
    sent.compactMap { $0.decoded(kind) }
  }

  /// The messages of a kind to one destination, in order.
  public func all<Block: DecodedBlock>(
    _ kind: Block.Type = Block.self, to destination: Effects.Destination
  ) -> [Block] {
    sent.compactMap { $0.destination == destination ? $0.decoded(kind) : nil }
  }

  /// The messages of a kind with their destinations, in order.
  public func addressed<Block: DecodedBlock>(
    _ kind: Block.Type = Block.self
  ) -> [(destination: Effects.Destination, message: Block)] {
    sent.compactMap { sent in sent.decoded(kind).map { (sent.destination, $0) } }
  }
}

/// A frame a core sent.
public struct SentMessage: Equatable, Sendable {
  public var destination: Effects.Destination
  public var frame: [UInt8]

  /// The message's fixed fields, if it is of this kind.
  public func decoded<Block: DecodedBlock>(_ kind: Block.Type = Block.self) -> Block? {
    read { Block.block(of: $0) }
  }

  /// Reads the message in place, for groups and texts.
  public func read<Result>(_ body: (borrowing Inbound) -> Result) -> Result {
    guard let message = Inbound(frame.span.bytes) else {
      preconditionFailure("the core sent a frame that cannot be read, to \(destination): \(frame)")
    }
    return body(message)
  }

  /// Which message it is.
  public var template: Template { read { $0.template } }
}

/// A fact as the journal would hold it.
public struct RecordedFact: Equatable, Sendable {
  public var kind: UInt16
  public var correlation: Correlation
  public var bytes: [UInt8]
}
