/// Declarations that may stand though nothing under `Sources` uses them.
struct DeclarationExceptions {
  enum Reason: Sendable {
    /// A formula for strategies in packages of their own; the document promises it in these words.
    case offered(String)
    /// What a test cannot do without it.
    case tests(String)
  }

  let path: String
  let names: Set<String>
  let reason: Reason

  private init(_ path: String, _ names: Set<String>, _ reason: Reason) {
    self.path = "Sources/" + path
    self.names = names
    self.reason = reason
  }

  /// Where what is offered is promised.
  static let document = "docs/MODELS.md"

  static let all = models + forTests

  private static let models = [
    DeclarationExceptions(
      "Models/Allocation/DrawdownScale.swift", ["RiskBudget", "perTrade"], .offered("`RiskBudget`")),
    DeclarationExceptions(
      "Models/Allocation/MarginCap.swift", ["MarginCap", "admissible"],
      .offered("`MarginCap` | reducing is free, opening is capped")),
    DeclarationExceptions(
      "Models/Execution/AlmgrenChriss.swift", ["wholeTrades", "frontier"],
      .offered("optimal liquidation, frontier, least value at risk, whole shares | `AlmgrenChriss`")),
    DeclarationExceptions(
      "Models/Execution/Iceberg.swift", ["Iceberg", "nextTip", "tipCancelled"],
      .offered("tips with refill | `Iceberg`")),
    DeclarationExceptions(
      "Models/Execution/ImplementationShortfall.swift", ["ImplementationShortfall"],
      .offered("cost against the decision | `ImplementationShortfall`")),
    DeclarationExceptions(
      "Models/Execution/POV.swift", ["POV", "childLots"], .offered("share of all volume | `POV`")),
    DeclarationExceptions(
      "Models/Execution/ScheduleJitter.swift", ["ScheduleJitter"], .offered("`ScheduleJitter`")),
    DeclarationExceptions(
      "Models/Execution/TWAP.swift", ["TWAP", "childLots"], .offered("equal slices | `TWAP`")),
    DeclarationExceptions(
      "Models/Execution/VWAP.swift", ["VWAP", "childLots"], .offered("along a volume curve | `VWAP`")),
    DeclarationExceptions(
      "Models/MarketMaking/AvellanedaStoikov.swift",
      ["reservationPrice", "indifference", "stationaryIndifference", "geometricIndifference"],
      .offered("finite horizon quotes, indifference prices | `AvellanedaStoikov`")),
    DeclarationExceptions("Models/MarketMaking/Gueant2017.swift", ["Gueant2017"], .offered("`Gueant2017`")),
    DeclarationExceptions(
      "Models/MarketMaking/LadderSizes.swift", ["LadderSizes"],
      .offered("several levels, room of the limit | `LadderSizes`")),
    DeclarationExceptions(
      "Models/MarketMaking/Requote.swift", ["Requote"], .offered("when a requote is due | `Requote`")),
    DeclarationExceptions(
      "Models/MarketMaking/TakerRule.swift", ["TakerRule", "ratesPerSecond"],
      .offered("when to cross the spread | `TakerRule`")),
    DeclarationExceptions(
      "Models/OrderFlow/Hawkes.swift", ["FillProbability", "atLeastOnce"],
      .offered("chance of a fill | `FillProbability`")),
    DeclarationExceptions(
      "Models/Risk/Drawdown.swift", ["beginSession", "beginDay", "ofSession", "ofDay"],
      .offered("drawdown of inception, session, day | `UnitisedValue`, `Drawdown`")),
    DeclarationExceptions(
      "Models/Risk/EntropyAlarm.swift", ["EntropyAlarm", "reenable"],
      .offered("`EntropyAlarm` | levels with hysteresis")),
    DeclarationExceptions(
      "Models/Risk/HistoricalRisk.swift", ["HistoricalRisk"], .offered("`HistoricalRisk`")),
    DeclarationExceptions(
      "Models/Risk/Leverage.swift",
      ["Leverage", "grossRatio", "netRatio", "isGrossWithin", "isNetWithin"],
      .offered("gross and net leverage | `Leverage`")),
    DeclarationExceptions(
      "Models/Risk/ParametricRisk.swift", ["componentValueAtRisk"],
      .offered("value at risk, shortfall, incremental, component | `ParametricRisk`")),
    DeclarationExceptions(
      "Models/Risk/RepeatedExecutionThrottle.swift", ["RepeatedExecutionThrottle", "reenable"],
      .offered("fills and re-entries | `RepeatedExecutionThrottle`")),
    DeclarationExceptions(
      "Models/Risk/RollingCollar.swift", ["RollingCollar", "allows"],
      .offered("price collar over a period | `RollingCollar`")),
    DeclarationExceptions(
      "Models/Risk/SelfTradePrevention.swift", ["SelfTradePrevention"], .offered("`SelfTradePrevention`")),
    DeclarationExceptions(
      "Models/Volatility/EWMAVariance.swift", ["relativeError"],
      .offered("`EWMAVariance`, `VolatilityUncertainty`")),
  ]

  private static let forTests = [
    DeclarationExceptions(
      "Journal/Journal.swift", ["appendOutbox", "acknowledgeOutbox"],
      .tests("the journals of the older format that a conversion is tested with are written by it")),
    DeclarationExceptions(
      "Journal/Journal.swift", ["limitPages"], .tests("a disk that is full in the midst of a turn")),
    DeclarationExceptions(
      "JournalStore/SQLiteJournalStore.swift", ["limitPages"],
      .tests("a disk that is full in the midst of a turn")),
    DeclarationExceptions(
      "ProcessHost/CrashPoints.swift", ["areHonoured"],
      .tests("whether the build at hand dies where a test wants it to")),
  ]
}
