import ActorKit
import Governance
import OrderExecutor

// Values that stand in several columns of an export; `records.xml` names the columns.

extension HaltScope {
  func show(in fields: inout FactFields) {
    fields.set("scope", code)
    fields.set("account", account)
    fields.set("strategy", strategy)
    fields.set("instrument", instrument)
  }
}

extension MarketClock {
  func show(in fields: inout FactFields) {
    fields.set("marketStartNanos", marketStartNanos)
    fields.set("wallStartNanos", wallStartNanos)
    fields.set("speedMilli", speedMilli)
  }
}
