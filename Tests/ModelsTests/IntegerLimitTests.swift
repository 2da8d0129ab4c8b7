import Models
import Testing
import Trading

private let limits: [Int64] = [.min, .min + 1, -1 << 53, -1, 0, 1, 1 << 53, 1 << 62, .max - 1, .max]

/// Runs what may refuse but must not trap.
private func refusing(_ body: () throws -> Void) throws {
  do { try body() } catch is ModelError {}
}

@Test func quantitiesAtTheEndsOfTheIntegersAreAnsweredOrRefused() throws {
  for total in limits {
    for a in limits {
      try refusing {
        let parts = try LargestRemainder.split(total, weights: [1, Double(a).magnitude])
        #expect(parts.reduce(0, +) == total)
      }
      try refusing {
        let room = try LadderSizes.capacity(inventoryLots: a, limitLots: total)
        #expect(room.bid >= 0 && room.ask >= 0)
      }
      try refusing {
        let twap = try TWAP(totalLots: total, sliceCount: 7)
        #expect((0...total).contains(twap.scheduledLots(throughSlice: Int(a))))
      }
      try refusing {
        var random = SplitMix64(seed: 1)
        var order = try Iceberg(totalLots: total, displayLots: a, variance: 1)
        let tip = order.nextTip(random: &random)
        #expect((tip?.lots ?? 0) <= total)
        try order.fill(lots: total)
      }
      try refusing {
        var random = SplitMix64(seed: 1)
        _ = try ScheduleJitter.sizes(totalLots: total, count: 3, variance: 1, random: &random)
        _ = try ScheduleJitter.times(count: 3, sliceNanos: a, random: &random)
      }
    }
  }
}

@Test func childrenNeverExceedWhatIsLeftAtTheEndsOfTheIntegers() throws {
  let curve = try VolumeCurve(volumes: [1, 2, 3])
  for total in limits {
    for done in limits {
      for flight in limits {
        try refusing {
          let twap = try TWAP(totalLots: total, sliceCount: 7)
          let child = try twap.childLots(slice: 3, executedLots: done, inFlightLots: flight)
          #expect(child >= 0 && child <= total - done - flight)
        }
        try refusing {
          let vwap = try VWAP(totalLots: total, curve: curve)
          let child = try vwap.childLots(bucket: 1, executedLots: done, inFlightLots: flight)
          #expect(child >= 0 && child <= total - done - flight)
        }
        try refusing {
          let child = try POV(rate: 0.2).childLots(
            totalLots: total, executedLots: done, inFlightLots: flight, othersLotsSinceStart: 1e300,
            othersLotsSinceLastChild: 1e300)
          #expect(child >= 0 && child <= total - done - flight)
        }
      }
    }
  }
}

@Test func inventoriesAtTheEndsOfTheIntegersAreLookedUp() throws {
  let table = try CarteaJaimungal(fillsPerSecond: 1, fillDecayPerOffset: 0.5, inventoryPenalty: 0.02)
    .stationary(inventoryLimitLots: 10)
  let rule = try TakerRule(halfSpread: 0.5, takerFee: 2)
  for inventory in limits {
    let quotes = table.quotes(inventoryLots: Int(inventory))
    #expect(quotes.bidOffset != nil || quotes.askOffset != nil)
    let steps = [true, false].map { table.valueOfStep(inventoryLots: Int(inventory), selling: $0) }
    #expect((steps[0] == nil) == (inventory.magnitude > 10))
    let lots = rule.lotsToSell(inventoryLots: Int(inventory), values: table)
    #expect(lots.signum() * Int(inventory.signum()) >= 0)
    try refusing {
      let model = try AvellanedaStoikov(riskAversion: 1, volatilityPerRootTime: 1, fillDecayPerOffset: 1)
      _ = try model.stationaryIndifference(
        inventoryLots: Int(inventory), inventoryLimitLots: Int(inventory))
    }
    try refusing {
      let model = try GLFT(
        volatilityPerRootSecond: 1, fillsPerSecond: 1, fillDecayPerOffset: 1, riskAversion: 1)
      _ = try model.atHorizon(secondsLeft: 1, inventoryLimitLots: Int(inventory))
    }
  }
}

@Test func timesAtTheEndsOfTheIntegersAreTakenOrRefused() throws {
  let hawkes = try Hawkes(baseRatePerSecond: 1, jumpPerSecond: 1, decayPerSecond: 2)
  for first in limits {
    for second in limits {
      try refusing {
        var model = try EWMAVolatility(halfLifeNanos: 1)
        try model.update(price: 1, atNanos: first)
        try model.update(price: 2, atNanos: second)
      }
      try refusing {
        var model = HawkesIntensity(model: hawkes)
        try model.update(atNanos: first)
        #expect(try model.intensity(atNanos: second).isFinite && second >= first)
      }
      try refusing {
        var model = try FillIntensity(stepNanos: 1, binWidth: 1, binCount: 3)
        try model.record(depth: 1, atNanos: first)
        try model.advance(toNanos: second)
        try model.advance(toNanos: .max)
        _ = try model.fit(bins: 0..<Int.max)
      }
      try refusing {
        var model = try MarkOut(horizonNanos: .max, gain: 1)
        try model.fill(bought: true, mid: 1, atNanos: first)
        try model.update(mid: 2, atNanos: second)
      }
      try refusing {
        var model = try RepeatedExecutionThrottle(limit: 1, windowNanos: 5)
        for time in [first, second, .max] {
          model.fill()
          _ = try model.enter(atNanos: time)
        }
      }
      try refusing {
        var alarm = EntropyAlarm(settings: try .standard())
        for time in [first, second, .max] {
          try alarm.evaluate(entropy: 1, temperature: 1, isValidated: true, atNanos: time)
        }
      }
      try refusing {
        let grid = try MicroPriceGrid(imbalanceBuckets: 2, maximumSpreadTicks: 1)
        var model = try MicroPriceEstimator(grid: grid)
        try model.observe(bidTicks: first, askTicks: second, bidSize: 1, askSize: 1)
        try model.observe(bidTicks: second, askTicks: first, bidSize: 1, askSize: 1)
      }
    }
  }
}
