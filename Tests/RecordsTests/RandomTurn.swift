import Foundation
import Records
import Testing
import Wire

/// What a turn is made of, as plain values to compare with; filled from a seed.
struct RandomTurn: Equatable {
  enum Entry: Equatable {
    case fact(JournalRow, [UInt8])
    case mark(JournalMark)
    case add(UInt16, UInt64, [UInt8])
    case forget(UInt16, UInt64)
  }

  var turn: UInt64
  var firstRow: Int64
  var epoch: UInt32
  var wallNanos: Int64
  var entries: [Entry] = []

  init(_ random: inout SampleRandom) {
    turn = random.next() >> 1 | 1
    firstRow = Int64(random.next() >> 2) + 1
    epoch = random.integer()
    wallNanos = random.integer()
    var row = firstRow
    for _ in 0..<random.next() % 9 {
      switch random.next() % 4 {
      case 0:
        let fact = JournalRow(
          sequence: row, epoch: epoch, atNanos: wallNanos, kind: random.integer(),
          correlationHigh: random.integer(), correlationLow: random.integer())
        entries.append(.fact(fact, random.data(isText: false)))
        row += 1
      case 1:
        entries.append(
          .mark(
            JournalMark(
              peer: random.integer(), lane: random.integer(), lineage: random.integer(),
              epoch: random.integer(), sequence: random.integer())))
      case 2: entries.append(.add(random.integer(), random.integer(), random.data(isText: false)))
      default: entries.append(.forget(random.integer(), random.integer()))
      }
    }
  }

  func write(into record: inout TurnRecord) {
    record.begin(turn: turn, firstRow: firstRow, epoch: epoch, wallNanos: wallNanos)
    for entry in entries {
      switch entry {
      case .fact(let row, let body):
        record.addFact(
          kind: row.kind, correlation: (row.correlationHigh, row.correlationLow), body: body.span.bytes)
      case .mark(let mark): record.setMark(mark)
      case .add(let peer, let key, let frame):
        record.addMessage(peer: peer, key: key, frame: frame.span.bytes)
      case .forget(let peer, let key): record.forgetMessages(peer: peer, through: key)
      }
    }
  }

  /// The entries of one sort, in their order.
  func entries(where isOfSort: (Entry) -> Bool) -> [Entry] { entries.filter(isOfSort) }
}

/// The seed of this run: WAGGLE_SEED, or always the same.
let seed = ProcessInfo.processInfo.environment["WAGGLE_SEED"].flatMap { UInt64($0) } ?? 20_261_130

/// How a failed seeded test is run again.
func again(_ suite: String, _ round: Int) -> Comment {
  "round \(round); repeat with WAGGLE_SEED=\(seed) swift test --filter \(suite)"
}
