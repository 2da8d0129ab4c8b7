import ActorKit
import Strategies
import Trading
import Vocabulary
import Wire

// What risk, and through it the executor, has against the quotes of our strategies.
extension SignalGenerator {
  mutating func onQuoteDenial(_ denial: QuoteDenial, from peer: Peer) {
    guard peer.link == .session,
      configuration.risks.contains(where: { $0.component == peer.component && $0.account == denial.account })
    else {
      counters.unexpected += 1
      return
    }
    guard let side = Side(denial.side), denial.gate != .unrecognized, denial.verdict != .unrecognized else {
      counters.malformed += 1
      return
    }
    guard let index = index(of: denial.strategy),
      strategies[index].configuration.instrument == denial.instrument,
      strategies[index].configuration.account == denial.account
    else {
      counters.unknown += 1
      return
    }
    counters.denials += 1
    strategies[index].note(
      denial.verdict == .accepted ? nil : view(of: denial, side), gate: denial.gate, side: side)
  }

  private func view(of denial: QuoteDenial, _ side: Side) -> DenialView {
    let count = denial.revision & (1 << 40 - 1)
    let isOurs = denial.revision == Revision.of(epoch: epoch, count: count)
    return DenialView(
      gate: denial.gate, side: side, isPartial: denial.verdict == .reduced, check: denial.check,
      unit: denial.unit, measured: denial.measured ?? 0, limit: denial.limit ?? 0, count: denial.count,
      quoteNumber: isOurs ? count : 0)
  }
}
