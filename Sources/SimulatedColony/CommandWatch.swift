import Governance
import OrderExecutor

/// What an operator was told is halted, and what leaves nevertheless.
///
/// The rule goes by the answers to commands, not by what is on the executor's disk: a halt that was answered
/// with "done" holds from then on, whoever was told.
package struct CommandWatch {
  private struct Hold {
    let scope: HaltScope
    /// Who has answered.
    let component: UInt16
    let sinceMoment: Int64
  }

  private var holds: [Hold] = []
  /// When a resume of a scope was given last.
  private var resumes: [HaltScope: Int64] = [:]
  /// When somebody last cancelled everything at the venue's own page.
  var lastCancelAll: Int64 = .min / 2

  /// An executor that the queen cannot reach goes on for as long as its permit, and what she owes it is told
  /// with the next one.
  static let passingOnNanos: Int64 = 4 * .nanosPerSecond

  /// A halt or a panic was answered with "done". One that was given before the last resume of its scope is
  /// over already: its answer was late.
  package mutating func isDone(
    _ scope: HaltScope, by component: UInt16, givenAt given: Int64, at moment: Int64
  ) {
    guard given > resumes[scope] ?? .min else { return }
    guard !holds.contains(where: { $0.scope == scope && $0.component == component }) else { return }
    holds.append(Hold(scope: scope, component: component, sinceMoment: moment))
  }

  /// A resume of the scope is given, wherever: what it does to whom is not told from here.
  mutating func isGivenUp(_ scope: HaltScope, at moment: Int64, _ judgement: inout Judgement) {
    for hold in holds where hold.scope == scope {
      judgement.holds(.obeyed, at: moment, true, "what \(hold.component) halted stood still until here")
    }
    holds.removeAll { $0.scope == scope }
    resumes[scope] = moment
  }

  func judge(
    _ order: CreatedOrder, account: UInt16, by executor: UInt16, at moment: Int64,
    _ judgement: inout Judgement
  ) {
    for hold in holds
    where hold.scope.covers(account: account, strategy: order.strategy, instrument: order.instrument) {
      let grace = hold.component == executor ? 0 : Self.passingOnNanos
      judgement.holds(
        .obeyed, at: moment, moment <= hold.sinceMoment + grace,
        "\(order.purpose) \(order.id) leaves \((moment - hold.sinceMoment) / .nanosPerMilli) ms after"
          + " component \(hold.component) said that \(hold.scope) is halted")
    }
  }
}
