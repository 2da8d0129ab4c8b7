import ActorKit
import OrderExecutor
import QueenOrchestrator
import RiskAdjuster
import SignalGenerator
import Topology
import VenueSimulator

/// Reads the facts of one kind of component out of the rows of its journal.
public struct FactReader: Sendable {
  public let kind: Component.Kind
  /// All fields that its facts may have: the columns of a table, in the order of the facts in `records.xml`,
  /// then those of rows that are not understood.
  public let columns: [String]

  private let decode: @Sendable (UInt16, [UInt8]) throws(RestoreError) -> FactRecord

  /// The one place that says whose facts are which.
  public init(_ kind: Component.Kind) {
    switch kind {
    case .venue: self.init(kind, VenueFact.self)
    case .risk: self.init(kind, RiskFact.self)
    case .executor: self.init(kind, ExecutorFact.self)
    case .queen: self.init(kind, QueenFact.self)
    case .signal: self.init(kind, SignalFact.self)
    case .feed, .relay: self.init(withoutFacts: kind)
    }
  }

  /// Never fails: what is not understood is shown as such.
  public func record(kind: UInt16, body: [UInt8]) -> FactRecord {
    do throws(RestoreError) {
      return try decode(kind, body)
    } catch .unknownKind {
      return FactRecord(notUnderstood: .unknown, kind: kind, body: body)
    } catch {
      return FactRecord(notUnderstood: .unreadable(error), kind: kind, body: body)
    }
  }

  private init<Fact: ExportedFact>(_ kind: Component.Kind, _ type: Fact.Type) {
    self.kind = kind
    columns = Fact.columns + Self.notUnderstood
    decode = { (kind, body) throws(RestoreError) in
      var reader = SnapshotReader(body)
      let fact = try Fact(kind: kind, from: &reader)
      try reader.finish()
      var fields = FactFields()
      fact.show(in: &fields)
      return FactRecord(name: fact.name, fields: fields.list)
    }
  }

  /// Of a component that keeps nothing, as far as this build knows.
  private init(withoutFacts kind: Component.Kind) {
    self.kind = kind
    columns = Self.notUnderstood
    decode = { (kind, _) throws(RestoreError) in throw .unknownKind(kind) }
  }

  private static let notUnderstood = [FactRecord.kindNumber, FactRecord.body, FactRecord.problem]
}
