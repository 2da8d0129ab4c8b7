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

extension Halt.Scope {
  func show(in fields: inout FactFields) {
    switch self {
    case .firm: fields.set("scope", "firm")
    case .account: fields.set("scope", "account")
    case .strategy(let number):
      fields.set("scope", "strategy")
      fields.set("strategy", number)
    case .instrument(let number):
      fields.set("scope", "instrument")
      fields.set("instrument", number)
    }
  }
}

extension MarketClock {
  func show(in fields: inout FactFields) {
    fields.set("marketStartNanos", marketStartNanos)
    fields.set("wallStartNanos", wallStartNanos)
    fields.set("speedMilli", speedMilli)
  }
}
