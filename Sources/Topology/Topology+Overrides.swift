extension Topology {
  /// What a command line may change of a topology, for one run. What is nil stays as the file says.
  public struct Overrides: Sendable, Equatable {
    /// Ports are counted from here, as by `withPortBase`.
    public var portBase: UInt16?
    /// The files of the one replayed market, in the order of their times; none for those of the file. Whoever
    /// takes them from a user makes them absolute, because relative ones are looked for in the captures
    /// folder.
    public var captureFiles: [String]
    /// Seed of every synthetic market, 0…2^63-1.
    public var seed: UInt64?
    /// Market seconds per wall second of a replay, 0.01…1000.
    public var speed: Double?

    public init(
      portBase: UInt16? = nil, captureFiles: [String] = [], seed: UInt64? = nil, speed: Double? = nil
    ) {
      self.portBase = portBase
      self.captureFiles = captureFiles
      self.seed = seed
      self.speed = speed
    }
  }

  /// The same colony with the overrides in place of the file's values. The fingerprint stays: it is the
  /// file's.
  public func applying(_ overrides: Overrides) throws(OverrideError) -> Topology {
    var changed = self
    if let base = overrides.portBase {
      do throws(PortBaseError) { changed = try withPortBase(base) } catch { throw .portBase(error) }
    }
    if !overrides.captureFiles.isEmpty { try changed.replaceCaptureFiles(overrides.captureFiles) }
    if let seed = overrides.seed { try changed.replaceSeed(seed) }
    if let speed = overrides.speed { try changed.replaceSpeed(speed) }
    return changed
  }

  private mutating func replaceCaptureFiles(_ files: [String]) throws(OverrideError) {
    let replayed = components.indices.filter { components[$0].capturedMarket != nil }
    guard let index = replayed.first else { throw .noCapture }
    guard replayed.count == 1 else { throw .severalCaptures(replayed.map { components[$0].name }) }
    guard case .venue(var venue) = components[index].role, let market = components[index].capturedMarket
    else { return }
    venue.market = .capture(CapturedMarket(format: market.format, files: files))
    components[index].role = .venue(venue)
  }

  private mutating func replaceSeed(_ seed: UInt64) throws(OverrideError) {
    guard seed <= SyntheticMarket.maxSeed else { throw .seedOutOfRange(seed) }
    var count = 0
    for index in components.indices {
      guard case .venue(var venue) = components[index].role, case .synthetic(var market) = venue.market else {
        continue
      }
      market.seed = seed
      venue.market = .synthetic(market)
      components[index].role = .venue(venue)
      count += 1
    }
    guard count > 0 else { throw .noSyntheticMarket }
  }

  private mutating func replaceSpeed(_ speed: Double) throws(OverrideError) {
    guard session.mode == .replay else { throw .speedOutsideReplay(session.mode) }
    guard Session.speeds.contains(speed) else { throw .speedOutOfRange(speed) }
    session.speed = speed
  }
}

/// Why a topology cannot be run with an override.
public enum OverrideError: Error, Sendable, Equatable, CustomStringConvertible {
  case portBase(PortBaseError)
  case noCapture
  case severalCaptures([String])
  case noSyntheticMarket
  case seedOutOfRange(UInt64)
  case speedOutsideReplay(Session.Mode)
  case speedOutOfRange(Double)

  public var description: String {
    switch self {
    case .portBase(let error): "\(error)"
    case .noCapture:
      "no venue of this topology replays a capture, so there is no use for data files; use one with a market "
        + "of source \"capture\""
    case .severalCaptures(let names):
      "\(names.joined(separator: ", ")) each replay a capture: name their files in the topology"
    case .noSyntheticMarket:
      "no venue of this topology makes a synthetic market, so there is no use for a seed"
    case .seedOutOfRange(let seed): "the seed \(seed) is not within 0…\(SyntheticMarket.maxSeed)"
    case .speedOutsideReplay(let mode):
      "a \(mode.rawValue) session runs at the speed of the clock; only mode \"replay\" has another"
    case .speedOutOfRange(let speed):
      "the speed \(speed) is not within \(Session.speeds.lowerBound)…\(Session.speeds.upperBound)"
    }
  }
}

extension Component {
  /// The recorded market of a venue that replays one.
  fileprivate var capturedMarket: CapturedMarket? {
    guard case .venue(let venue) = role, case .capture(let market) = venue.market else { return nil }
    return market
  }
}
