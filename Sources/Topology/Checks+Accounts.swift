import JSON5
import Trading

// Who owns an account, what it may do, and what real money needs.

extension TopologyDraft {
  func checkOwnership() {
    for account in accounts {
      checkOwner(of: account, .executor, missing: .missingExecutor, second: .twoExecutors)
      checkOwner(of: account, .risk, missing: .missingRisk, second: .twoRiskOwners)
    }
    for risk in components(of: .risk) {
      guard let executor = risk.executor, let other = component(executor.value), other.kind == .executor,
        let mine = risk.account?.value, let its = other.account?.value, mine != its
      else { continue }
      problems.report(
        .accountMismatch, at: executor.place, executor.path,
        "'\(executor.value)' serves account '\(its)', but this risk owns '\(mine)'")
    }
    for executor in components(of: .executor) {
      guard let venue = executor.venue, let name = executor.account?.value,
        let account = accounts.first(where: { $0.name == name }), let its = account.venue?.value,
        its != venue.value
      else { continue }
      problems.report(
        .accountMismatch, at: venue.place, venue.path,
        "account '\(name)' is held at '\(its)', but its executor trades at '\(venue.value)'")
    }
    checkQueens()
  }

  private func checkOwner(
    of account: AccountDraft, _ kind: Component.Kind, missing: Check, second: Check
  ) {
    let owners = components(of: kind).filter { $0.account?.value == account.name }
    if owners.isEmpty {
      problems.report(
        missing, at: account.place, account.path, "account '\(account.name)' has no \(kind.rawValue)",
        hint: "add a component of kind \"\(kind.rawValue)\" with account: \"\(account.name)\"")
    }
    for owner in owners.dropFirst() {
      let at = owner.account ?? Located(value: "", place: owner.place, path: owner.path)
      problems.report(
        second, at: at.place, at.path,
        "account '\(account.name)' has the \(kind.rawValue) '\(owners[0].name)' already",
        hint: "exactly one \(kind.rawValue) per account")
    }
  }

  private func checkQueens() {
    let queens = components(of: .queen)
    if queens.isEmpty {
      problems.report(
        .missingQueen, at: place, "components", "the colony has no queen: without permits nothing trades",
        hint: "add a component of kind \"queen\"")
    }
    for queen in queens.dropFirst() {
      problems.report(
        .twoQueens, at: queen.place, queen.path, "the colony has the queen '\(queens[0].name)' already")
    }
  }

  func checkLimits() {
    for account in accounts {
      guard let limits = limits(of: account.name) else {
        reportMissingLimits(account)
        continue
      }
      for instrument in tradedInstruments(of: account.name) where instrumentNames.contains(instrument.value) {
        for quantities in [limits.maxOrderQuantity, limits.maxPosition]
        where quantities[instrument.value] == nil {
          problems.report(
            .instrumentWithoutLimit, at: quantities.place, quantities.path,
            "'\(instrument.value)' is traded by the strategy at \(instrument.place), but has no limit here",
            hint: "add \"\(instrument.value)\": quantity")
        }
      }
      for draft in components(of: .executor) where draft.account?.value == account.name {
        if case .executor(let executor) = draft.settings { warn(executor, below: limits) }
      }
    }
  }

  private func reportMissingLimits(_ account: AccountDraft) {
    problems.report(
      account.isLive.value ? .liveWithoutLimits : .limitsMissing, at: account.place, account.path,
      "account '\(account.name)' has no limits, so it may not trade",
      hint:
        "add limits: { \(account.name): { maxOrderQuantity: {…}, maxOrderNotional: …, maxPosition: {…}, … } }"
    )
  }

  private func warn(_ executor: ExecutorDraft, below limits: LimitsDraft) {
    warn(executor.maxOrderQuantity, below: limits.maxOrderQuantity)
    warn(executor.maxPosition, below: limits.maxPosition)
    warn(executor.priceCollar, below: limits.priceCollar)
    warn(executor.ordersPerSecond, below: limits.ordersPerSecond)
  }

  private func warn(_ caps: QuantitiesDraft, below limits: QuantitiesDraft) {
    for cap in caps.entries { warn(cap.quantity, below: limits[cap.instrument.value]) }
  }

  private func warn<Value: Comparable>(_ cap: Located<Value>?, below limit: Located<Value>?) {
    guard let cap, let limit, cap.value < limit.value else { return }
    problems.report(
      .capBelowLimit, .warning, at: cap.place, cap.path,
      "the hard cap \(cap.value) is below the limit \(limit.value) at \(limit.place)",
      hint: "the executor will refuse orders that risk allows")
  }

  func checkLiveAccounts() {
    for account in accounts where account.isLive.value {
      let live = account.isLive
      if durability?.value == .process {
        problems.report(
          .liveDurability, at: live.place, live.path, "a live account needs durability \"power\"",
          hint: "with \"process\" a power loss may forget sent orders")
      }
      if environment.isJournalOnNetworkFileSystem {
        problems.report(
          .networkFileSystem, at: live.place, live.path,
          "a live account's journal may not lie on a network file system",
          hint: "locks and syncs cannot be trusted there: put the run folder on a local disk")
      }
      if let session, session.mode != .live {
        problems.report(
          .liveOutsideLive, at: live.place, live.path,
          "a live account in a \(session.mode.rawValue) session",
          hint: "set session mode: \"live\", or live: false")
      }
    }
  }
}
