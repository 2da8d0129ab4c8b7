import ActorKit
import OrderExecutor
import Trading
import Wire

// Facts of an executor are made by the executor alone, so a test writes them as the journal has them: in
// bytes.

extension ExecutorFact {
  static func created(
    _ id: ClOrdID, _ side: Side, _ quantity: Quantity, at price: Price, instrument: UInt32 = 1,
    purpose: OrderPurpose = .quote
  ) -> ExecutorFact {
    decoded(kind: 1) {
      $0.write(id)
      $0.write(UInt16(1))
      $0.write(instrument)
      $0.write(side.rawValue)
      $0.write(TimeInForce.gtc.rawValue)
      $0.write(purpose.rawValue)
      $0.write(price.raw)
      $0.write(quantity.raw)
      for _ in 0..<5 { $0.write(Int64(0)) }
    }
  }

  static func ended(
    _ id: ClOrdID, _ cause: OrderEnd.Cause, reason: RejectReason = .none, cum: Quantity = .zero
  ) -> ExecutorFact {
    decoded(kind: 5) {
      $0.write(id)
      $0.write(cause.rawValue)
      $0.write(reason.rawValue)
      $0.write(cum.raw)
      $0.write(Int64(0))
    }
  }

  static func adopted(_ id: ClOrdID, _ side: Side, _ quantity: Quantity, at price: Price) -> ExecutorFact {
    decoded(kind: 14) {
      $0.write(id)
      $0.write(UInt32(1))
      $0.write(side.rawValue)
      $0.write(price.raw)
      $0.write(quantity.raw)
      $0.write(Optional<UInt64>.none)
      $0.write(Int64(0))
    }
  }

  static func booked(_ trade: Execution, _ id: ClOrdID?, _ side: Side, instrument: UInt32 = 1) -> ExecutorFact
  {
    decoded(kind: 4) {
      $0.write(instrument)
      $0.write(Execution.venueNumber)
      $0.write(trade.id)
      $0.write(id != nil)
      if let id { $0.write(id) }
      $0.write(side.rawValue)
      $0.write(trade.price.raw)
      $0.write(trade.quantity.raw)
      $0.write(trade.fee.raw)
      $0.write("USDT")
      $0.write(LiquidityIndicator.maker.rawValue)
      $0.write(UInt64(0))
      $0.write(Int64(trade.id))
    }
  }

  /// The same fact with another fill in it; traps for a fact that is no fill.
  func changed(_ change: (inout BookedFill) -> Void) -> ExecutorFact {
    guard case .filled(var fill) = self else { preconditionFailure("\(name) is no fill") }
    change(&fill)
    return .filled(fill)
  }

  private static func decoded(kind: UInt16, _ write: (inout SnapshotWriter) -> Void) -> ExecutorFact {
    var writer = SnapshotWriter()
    write(&writer)
    var reader = SnapshotReader(writer.bytes)
    do throws(RestoreError) {
      let fact = try ExecutorFact(kind: kind, from: &reader)
      try reader.finish()
      return fact
    } catch { preconditionFailure("the bytes of a fact of kind \(kind) have another layout: \(error)") }
  }
}

extension SnapshotWriter {
  fileprivate mutating func write(_ id: ClOrdID) {
    write(id.account)
    write(id.epoch)
    write(id.counter)
  }
}

/// One execution, as both sides know it.
struct Execution {
  /// Upper half of the trade ids.
  static let venueNumber: UInt64 = 1

  var id: UInt64
  var price: Price
  var quantity: Quantity
  var fee: Money
}
