import Trading

// Whose a fill is.
extension ExecutorBooks {
  /// What a fill means for those who own something.
  struct Attribution {
    /// Who bought or sold how much of it: the whole fill.
    var parts: [StrategyLedger.Part] = []
    /// Intents that it closes, and how much of each.
    var closings: [(id: IntentID, quantity: Quantity)] = []
    /// How much of it closes what nobody owns.
    var absorbed = Quantity.zero
  }

  /// By the books as they stand before the fill.
  func attribution(of fill: BookedFill) -> Attribution {
    let order = fill.order.flatMap(order)
    let instrument = fill.key.instrument
    let ownerless = ownerless(in: instrument)
    let isClosing = fill.side == .buy ? ownerless.isNegative : ownerless.isPositive
    var attribution = Attribution()
    attribution.absorbed = isClosing ? min(ownerless.absolute() ?? .max, fill.quantity) : .zero
    let beyondDust = fill.quantity - attribution.absorbed
    switch order?.purpose {
    case .quote: attribution.absorbed = .zero
    case .entry:
      guard order?.intent != nil else { break }
      attribution.closings = intents.closings(beyondDust, instrument, fill.side)
    case .stopLoss, .takeProfit:
      guard let id = order?.intent else { break }
      let own = min(fill.quantity, intents[id]?.held ?? .zero)
      if own.isPositive { attribution.closings = [(id, own)] }
      let beyond = fill.quantity - own
      attribution.absorbed = min(beyond, attribution.absorbed)
      attribution.closings += intents.closings(
        beyond - attribution.absorbed, instrument, fill.side, without: id)
    case .flatten: attribution.closings = intents.closings(beyondDust, instrument, fill.side)
    case .found, .ownerless, nil:
      // Where a strategy quotes, nobody can tell whose this closes; protection is cut to the position anyway.
      guard !isQuoted(instrument) else { break }
      attribution.closings = intents.closings(beyondDust, instrument, fill.side)
    }
    attribution.parts = parts(of: fill, order, attribution)
    return attribution
  }

  /// Who trades what: whoever is closed, and for the rest the order's strategy.
  private func parts(
    of fill: BookedFill, _ order: OwnOrder?, _ attribution: Attribution
  ) -> [StrategyLedger.Part] {
    guard strategies != nil else { return [] }
    var parts: [StrategyLedger.Part] = []
    var left = fill.quantity
    func add(_ strategy: UInt16, _ quantity: Quantity) {
      let quantity = min(quantity, left)
      guard quantity.isPositive else { return }
      left -= quantity
      if let index = parts.firstIndex(where: { $0.strategy == strategy }) {
        parts[index].quantity += quantity
      } else {
        parts.append(StrategyLedger.Part(strategy: strategy, quantity: quantity))
      }
    }
    add(StrategyLedger.nobody, attribution.absorbed)
    for closing in attribution.closings {
      add(intents[closing.id]?.intent.strategy ?? StrategyLedger.nobody, closing.quantity)
    }
    switch order?.purpose {
    case .quote: add(order?.strategy ?? StrategyLedger.nobody, left)
    case .entry:
      // An intent that is known no more holds nothing.
      add(order?.intent.flatMap { intents[$0] }?.intent.strategy ?? StrategyLedger.nobody, left)
    case .flatten:
      for share in inventoryShares(in: fill.key.instrument, against: fill.side, beside: parts) {
        add(share.strategy, share.quantity)
      }
    case .stopLoss, .takeProfit, .found, .ownerless, nil: break
    }
    add(StrategyLedger.nobody, left)
    return parts
  }

  /// What strategies have that a trade of a side would close, beside parts that are theirs already.
  private func inventoryShares(
    in instrument: UInt32, against side: Side, beside parts: [StrategyLedger.Part]
  ) -> [StrategyLedger.Part] {
    (strategies?.entries(in: instrument) ?? []).compactMap { entry in
      let quantity = entry.position.quantity
      guard entry.strategy != StrategyLedger.nobody,
        side == .sell ? quantity.isPositive : quantity.isNegative, let amount = quantity.absolute()
      else { return nil }
      let taken = parts.first { $0.strategy == entry.strategy }?.quantity ?? .zero
      return amount > taken
        ? StrategyLedger.Part(strategy: entry.strategy, quantity: amount - taken) : nil
    }
  }

  /// Books a fill with those who own something.
  mutating func attribute(_ fill: BookedFill, _ attribution: Attribution) {
    strategies?.book(fill, attribution.parts)
    for closing in attribution.closings { intents.update(closing.id) { $0.exited += closing.quantity } }
    if let order = fill.order.flatMap(order), order.purpose == .entry, let id = order.intent {
      let closed = attribution.closings.reduce(Quantity.zero) { $0 + $1.quantity }
      let before = intents[id]?.held ?? .zero
      intents.update(id) {
        $0.entered += fill.quantity
        $0.exited += attribution.absorbed + closed
        // Whatever had ended the protection did not know of this fill.
        $0.protectionEnd = nil
      }
      // What was left to nobody comes back with it.
      let opened = fill.quantity - attribution.absorbed - closed
      moveHeld(of: id, from: before + opened)
    }
    precondition(
      strategiesAddUp(in: fill.key.instrument),
      "after fill \(fill.key.execution) the strategies of instrument \(fill.key.instrument) do not add up")
  }

  /// What the intent holds changed otherwise than by a trade: the difference is nobody's, or was.
  private mutating func moveHeld(of id: IntentID, from before: Quantity) {
    guard let working = intents[id] else { return }
    let (strategy, instrument) = (working.intent.strategy, working.intent.instrument)
    let sign = working.intent.side.sign
    if working.held > before {
      let gained = Quantity(raw: sign * (working.held.raw - before.raw))
      strategies?.move(gained, in: instrument, from: StrategyLedger.nobody, to: strategy)
    } else {
      let left = Quantity(raw: sign * (before.raw - working.held.raw))
      strategies?.move(left, in: instrument, from: strategy, to: StrategyLedger.nobody)
    }
  }

  /// What is left of what an intent opened is nobody's.
  mutating func endProtection(of id: IntentID, _ cause: ProtectionEnd) {
    let before = intents[id]?.held ?? .zero
    intents.update(id) {
      $0.protectionEnd = cause
      // Closed by another order: a late fill of the entry opens that fill and nothing else.
      if cause == .flattened { $0.exited = max($0.exited, $0.entered) }
    }
    moveHeld(of: id, from: before)
  }

  /// Somebody has something of an instrument's position, strategies or nobody.
  func hasOwners(in instrument: UInt32) -> Bool {
    strategies?.entries(in: instrument).contains { !$0.position.quantity.isZero } ?? false
  }

  /// The account is flat: what strategies had against each other they have no more, each at its own cost.
  mutating func netStrategies(in instrument: UInt32) {
    guard let entries = strategies?.entries(in: instrument), ledger[instrument].quantity.isZero
    else { return }
    for entry in entries where entry.strategy != StrategyLedger.nobody {
      strategies?.move(
        entry.position.quantity, in: instrument, from: entry.strategy, to: StrategyLedger.nobody)
    }
  }

  /// What was booked of an order before it was known is its intent's, as far as it is still nobody's.
  mutating func claimBooked(_ taken: TakenOrder) {
    guard let id = taken.intent, let working = intents[id] else { return }
    let booked = taken.executions.map(\.quantity).saturatingSum
    let rest = ownerless(in: taken.instrument)
    let isNobodys = taken.side == .buy ? rest.isPositive : rest.isNegative
    let left = isNobodys ? min(booked, rest.absolute() ?? .max) : .zero
    intents.update(id) {
      if taken.purpose == .entry {
        $0.entered += booked
        $0.exited += booked - left
      } else {
        $0.exited += min(left, $0.held)
      }
    }
    moveHeld(of: id, from: working.held)
  }

  /// The strategies and nobody together have the account's position, its cash and its fees.
  public func strategiesAddUp(in instrument: UInt32) -> Bool {
    guard let strategies else { return true }
    guard let sum = strategies.sum(in: instrument) else { return false }
    let account = ledger[instrument]
    return sum.quantity == account.quantity && sum.cash == account.cash
      && sum.fees == record(of: instrument).fees
  }
}

// A journal from before strategies were kept.
extension ExecutorBooks {
  /// Begins with what intents hold. The rest is the strategy's that quoted there last, as far as is known, or
  /// nobody's.
  mutating func beginStrategies() {
    guard strategies == nil else { return }
    var begun = StrategyLedger()
    for record in instruments {
      let position = ledger[record.instrument]
      var entry = StrategyLedger.Entry(
        instrument: record.instrument, strategy: lastQuoter(in: record.instrument) ?? StrategyLedger.nobody)
      (entry.position, entry.fees, entry.fills) = (position, record.fees, record.lastFillSequence)
      begun.add(entry)
      for working in intents.open where working.intent.instrument == record.instrument {
        let held = Quantity(raw: working.intent.side.sign * working.held.raw)
        begun.move(held, in: record.instrument, from: entry.strategy, to: working.intent.strategy)
      }
    }
    strategies = begun
  }

  private func lastQuoter(in instrument: UInt32) -> UInt16? {
    guard isQuoted(instrument) else { return nil }
    let open = open.last { $0.instrument == instrument && $0.purpose == .quote }
    let closed = closed.oldestFirst.last { $0.instrument == instrument && $0.purpose == .quote }
    return (open ?? closed)?.strategy
  }
}
