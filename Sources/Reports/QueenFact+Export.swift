import ActorKit
import Governance
import QueenOrchestrator

extension QueenFact: ExportedFact {
  /// `member` is the component of which the fact tells: `component` is the row's own writer, as `epoch` and
  /// `atNanos` are the row's.
  enum Field: String, FactFieldName {
    case state, cause, sinceNanos, marketStartNanos, wallStartNanos, speedMilli
    case scope, account, strategy, instrument, command, member, holderEpoch
    case noticedNanos, endedNanos, begunNanos
    case holder, instance, lineage, level, askedBootNanos, lifeNanos
  }

  func show(in fields: inout FactFields<Field>) -> String {
    switch self {
    case .stateChanged(let state, let cause, let atNanos):
      fields.set(.state, state)
      fields.set(.cause, cause)
      fields.set(.sinceNanos, atNanos)
      return "stateChanged"
    case .clockStarted(let clock):
      fields.set(.marketStartNanos, clock.marketStartNanos)
      fields.set(.wallStartNanos, clock.wallStartNanos)
      fields.set(.speedMilli, clock.speedMilli)
      return "clockStarted"
    case .halted(let scope, let command):
      show(scope, command, in: &fields)
      return "halted"
    case .panicked(let scope, let command):
      show(scope, command, in: &fields)
      return "panicked"
    case .flattenOrdered(let scope, let command):
      show(scope, command, in: &fields)
      return "flattenOrdered"
    case .released(let scope, let command):
      show(scope, command, in: &fields)
      return "released"
    case .commanded(let command):
      fields.set(.command, command)
      return "commanded"
    case .interrupted(let component, let atNanos):
      fields.set(.member, component)
      fields.set(.noticedNanos, atNanos)
      return "interrupted"
    case .degraded(let component, let atNanos):
      fields.set(.member, component)
      fields.set(.noticedNanos, atNanos)
      return "degraded"
    case .recovered(let component, let atNanos):
      fields.set(.member, component)
      fields.set(.noticedNanos, atNanos)
      return "recovered"
    case .fenced(let account, let epoch):
      fields.set(.account, account)
      fields.set(.holderEpoch, epoch)
      return "fenced"
    case .ended(let atNanos):
      fields.set(.endedNanos, atNanos)
      return "ended"
    case .begun(let atNanos):
      fields.set(.begunNanos, atNanos)
      return "begun"
    case .granted(let permit):
      fields.set(.account, permit.account)
      fields.set(.holder, permit.component)
      fields.set(.holderEpoch, permit.holderEpoch)
      fields.set(.instance, permit.instance)
      fields.set(.lineage, permit.lineage)
      fields.set(.level, permit.level)
      fields.set(.askedBootNanos, permit.askedBootNanos)
      fields.set(.lifeNanos, permit.lifeNanos)
      return "granted"
    }
  }

  private func show(_ scope: HaltScope, _ command: Correlation, in fields: inout FactFields<Field>) {
    fields.set(.scope, scope.code)
    fields.set(.account, scope.account)
    fields.set(.strategy, scope.strategy)
    fields.set(.instrument, scope.instrument)
    fields.set(.command, command)
  }
}
