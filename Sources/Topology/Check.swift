/// The names of all checks a topology passes; each problem carries one, so that tools can tell them apart.
public enum Check: String, Sendable, CaseIterable {
  // The text and its keys.

  /// The text is not JSON5; nothing further could be checked.
  case syntax
  /// A key that means nothing here, most often misspelt.
  case unknownKey = "unknown-key"
  /// The same key twice in one object.
  case repeatedKey = "repeated-key"
  /// A key that must be there is not.
  case missingKey = "missing-key"
  /// A string where a number belongs, and so on.
  case wrongType = "wrong-type"
  /// A value outside its documented range, or none of the allowed words.
  case outOfRange = "out-of-range"
  /// A name with characters that topics, file names or commands cannot carry.
  case badName = "bad-name"
  /// A key that has no meaning together with others.
  case outOfPlace = "out-of-place"

  /// The file is of an earlier format, which is read for this version only.
  case oldFormat = "old-format"

  // Names and numbers.

  /// A component, instrument, account, host or venue that is not in the file.
  case unknownReference = "unknown-reference"
  /// The component exists, but is of a kind that cannot stand here.
  case wrongKind = "wrong-kind"
  /// Two components, instruments, accounts or strategies with one number.
  case collidingNumber = "colliding-number"
  /// Two strategies with one name.
  case collidingName = "colliding-name"

  // Endpoints and hosts.

  /// Not `tcp://IP:PORT` or `ipc://NAME`.
  case badEndpoint = "bad-endpoint"
  /// Two sockets that would bind the same endpoint. libzmq lets the second *steal* an ipc endpoint silently.
  case collidingEndpoint = "colliding-endpoint"
  /// A component on another host could not connect there.
  case unreachable
  /// An ipc socket path longer than the 107 bytes Linux allows.
  case pathTooLong = "path-too-long"
  /// Unencrypted sockets outside the loopback interface: an error, or a warning on a trusted network.
  case insecureEndpoint = "insecure-endpoint"
  /// `transport: "curve"` is reserved.
  case securityUnavailable = "security-unavailable"

  // Instruments and strategies.

  /// Tick, lot or minimum that Trading refuses.
  case badInstrument = "bad-instrument"
  /// A fee or rebate beyond plausibility.
  case feeOutOfRange = "fee-out-of-range"
  /// A strategy's parameter that is no finite number.
  case parameterNotNumber = "parameter-not-number"
  /// A parameter that the strategy does not have, or a value that it does not take.
  case parameterRefused = "parameter-refused"
  /// A kind of strategy, or a capture format, that this build does not have.
  case unknownKind = "unknown-kind"
  /// An instrument that none of the component's inputs carries.
  case instrumentNotFed = "instrument-not-fed"

  /// Warning: a directional strategy and another one trade an instrument for one account, so that neither
  /// sees a position of its own.
  case sharedPosition = "shared-position"
  /// Warning: a directional strategy's account does not say what one trade may lose, so risk refuses every
  /// signal.
  case tradeBudgetMissing = "trade-budget-missing"
  /// Warning: a directional strategy's venue takes no stop orders, so that its stops work only while the
  /// executor does.
  case stopsNotAtVenue = "stops-not-at-venue"

  // Accounts, ownership and limits.

  case missingExecutor = "missing-executor"
  case missingRisk = "missing-risk"
  /// Two executors for one account would send orders past each other.
  case twoExecutors = "two-executors"
  /// Two risk owners for one account would each allow the whole limit.
  case twoRiskOwners = "two-risk-owners"
  /// Two components that must serve the same account, or venue, do not.
  case accountMismatch = "account-mismatch"
  /// A colony has exactly one queen: without permits nothing trades.
  case missingQueen = "missing-queen"
  case twoQueens = "two-queens"
  /// An account that trades without limits.
  case limitsMissing = "limits-missing"
  /// An instrument that is traded, but has no limit in its account.
  case instrumentWithoutLimit = "instrument-without-limit"
  /// A limit of zero or less.
  case limitNotPositive = "limit-not-positive"
  /// Warning: an account's strategies may want more orders open at once than executor or venue keep.
  case countBelowWants = "count-below-wants"
  /// Warning: the executor's hard cap is below the limit risk works with, so it would refuse what risk
  /// allows.
  case capBelowLimit = "cap-below-limit"

  // Live money.

  case liveWithoutLimits = "live-without-limits"
  /// A live account whose journal would not survive a power loss.
  case liveDurability = "live-durability"
  /// A live account whose journal would lie on a network file system, where locks and syncs cannot be
  /// trusted.
  case networkFileSystem = "network-file-system"
  /// A live account in a session that is not live.
  case liveOutsideLive = "live-outside-live"
}
