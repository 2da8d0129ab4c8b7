import Models
import Testing
import Trading

@Test func twapSharesEvenlyAndCatchesUp() throws {
  let plan = try TWAP(totalLots: 1000, sliceCount: 7)
  let cumulative = (0..<7).map { plan.scheduledLots(throughSlice: $0) }
  #expect(cumulative == [143, 286, 429, 571, 714, 857, 1000])
  #expect(plan.scheduledLots(throughSlice: -1) == 0 && plan.scheduledLots(throughSlice: 99) == 1000)
  #expect(try plan.childLots(slice: 2, executedLots: 200, inFlightLots: 100) == 129)
  #expect(try plan.childLots(slice: 0, executedLots: 400, inFlightLots: 0) == 0)
  #expect(try plan.childLots(slice: 6, executedLots: 0, inFlightLots: 0) == 1000)
  let large = try TWAP(totalLots: 1 << 62, sliceCount: 1_000_000)
  #expect(large.scheduledLots(throughSlice: 499_999) == 1 << 61)
}

/// Works a VWAP child after child with everything filled at once.
private func run(_ vwap: VWAP) throws -> [Int64] {
  var done: Int64 = 0
  return try vwap.curve.volumes.indices.map { bucket in
    let child = try vwap.childLots(bucket: bucket, executedLots: done, inFlightLots: 0)
    done += child
    return child
  }
}

@Test func vwapFollowsTheVolumeOfItsWindow() throws {
  let curve = try VolumeCurve(volumes: [8, 5, 4, 3, 3, 5, 12])
  let vwap = try VWAP(totalLots: 40_000, curve: curve)
  #expect(try run(vwap) == [8000, 5000, 4000, 3000, 3000, 5000, 12000])
  // A window of the middle three of the seven hours is done when it ends.
  let part = try VWAP(totalLots: 40_000, curve: VolumeCurve(volumes: [4, 3, 3]))
  #expect(try run(part).reduce(0, +) == 40_000)
}

/// The formula that divides a share of the day's volume by the share of time left: what a port must not do.
private func wrongFormula(total: Double, day: [Double], window: Range<Int>) -> [Double] {
  var left = total
  return window.map { hour in
    let progress = Double(hour - window.lowerBound) / Double(window.count)
    let child = min(left, left * (day[hour] / day.reduce(0, +)) / (1 - progress))
    left -= child.rounded()
    return child.rounded()
  }
}

@Test func theVectorTellsTheRightVwapFromTheWrongOne() throws {
  var day = [Double](repeating: 0, count: 24)
  day.replaceSubrange(9..<16, with: [8, 5, 4, 3, 3, 5, 12])
  let wrong = wrongFormula(total: 40_000, day: day, window: 9..<16)
  #expect(wrong == [8000, 4667, 3827, 3085, 3574, 7371, 9476])
  let right = try run(VWAP(totalLots: 40_000, curve: VolumeCurve(volumes: Array(day[9..<16]))))
  // Bucket 6 is 47 % too large there; a partial window leaves 62 % undone.
  #expect(Double(right[5]) == 5000 && (wrong[5] / Double(right[5]) - 1.474).magnitude < 0.001)
  let partial = wrongFormula(total: 40_000, day: day, window: 11..<14)
  #expect(partial == [4000, 4050, 7189] && 40_000 - partial.reduce(0, +) == 24_761)
  let flat = wrongFormula(total: 40_000, day: Array(repeating: 1, count: 24), window: 9..<16)
  #expect(40_000 - flat.reduce(0, +) == 17_391)
}

@Test func theWrongFormulaIsDoneInAnHourWhenCalledEveryFiveMinutes() throws {
  var day = [Double](repeating: 0, count: 24)
  day.replaceSubrange(9..<16, with: [8, 5, 4, 3, 3, 5, 12])
  var (left, calls) = (40_000.0, 0)
  var afterAnHour = 0.0
  while left >= 1 && calls < 84 {
    let progress = Double(calls) / 84
    left -= min(left, left * (day[9 + calls / 12] / 40) / (1 - progress))
    calls += 1
    if calls == 12 { afterAnHour = 1 - left / 40_000 }
  }
  expectClose(afterAnHour, 0.9448, absolute: 5.1e-5)
  #expect(calls == 56)
}

@Test func vwapExecutedShareEqualsForecastShare() throws {
  let volumes: [Double] = [8, 5, 4, 3, 3, 5, 12]
  let curve = try VolumeCurve(volumes: volumes)
  let total: Int64 = 4_000_000_000
  let vwap = try VWAP(totalLots: total, curve: curve)
  // Called every twelfth of a bucket, each call trading its part of the bucket: executed stays on the curve.
  var done: Int64 = 0
  for bucket in 0..<7 {
    for part in 0..<12 {
      let fraction = Double(part) / 12
      expectClose(
        Double(done) / Double(total), (volumes[..<bucket].reduce(0, +) + volumes[bucket] * fraction) / 40,
        absolute: 1e-7)
      let child = try vwap.childLots(
        bucket: bucket, fraction: fraction, executedLots: done, inFlightLots: 0)
      done += Int64((Double(child) / Double(12 - part)).rounded())
    }
  }
  #expect(done == total)
  // What is on its way is neither sent again nor forgotten.
  #expect(try vwap.childLots(bucket: 0, executedLots: 0, inFlightLots: total) == 0)
  #expect(try vwap.childLots(bucket: 6, executedLots: 10, inFlightLots: 20) == total - 30)
}

@Test func theVolumeCurveIsTheMedianOfShares() throws {
  let curve = try VolumeCurve(days: [[1, 1, 2], [10, 30, 60], [2, 3, 5], [0, 0, 9]])
  // Shares .25 .25 .5 | .1 .3 .6 | .2 .3 .5 | 0 0 1 → medians .15 .275 .55, sum .975.
  expectClose(curve.volumes, [0.15 / 0.975, 0.275 / 0.975, 0.55 / 0.975], absolute: 1e-15)
  #expect(throws: ModelError.self) { try VolumeCurve(days: []) }
  #expect(throws: ModelError.self) { try VolumeCurve(days: [[]]) }
  #expect(throws: ModelError.self) { try VolumeCurve(days: [[1], [1, 2]]) }
  #expect(throws: ModelError.self) { try VolumeCurve(days: [[1, 0], [0, 0]]) }
  #expect(throws: ModelError.self) { try VolumeCurve(volumes: [0, 0]) }
}

@Test func bucketsWithoutVolumeTradeNothingUntilTheEnd() throws {
  let vwap = try VWAP(totalLots: 100, curve: VolumeCurve(volumes: [0, 1, 0]))
  #expect(try run(vwap) == [0, 100, 0])
  #expect(try vwap.childLots(bucket: 2, executedLots: 40, inFlightLots: 0) == 60)
}

@Test func participationCountsOwnVolume() throws {
  expectClose(try POV.ownLots(othersLots: 9000, rate: 0.1), 1000, relative: 1e-12)
  let pov = try POV(rate: 0.1, catchUp: 2)
  func child(_ done: Int64, _ flight: Int64, _ others: Double, _ recent: Double) throws -> Int64 {
    try pov.childLots(
      totalLots: 5000, executedLots: done, inFlightLots: flight, othersLotsSinceStart: others,
      othersLotsSinceLastChild: recent)
  }
  #expect(try child(0, 0, 9000, 9000) == 1000)
  #expect(try child(600, 100, 9000, 9000) == 300)
  #expect(try child(1200, 0, 9000, 9000) == 0)
  // Behind by 1000 after a pause: 20 % of the recent market of 900 + 225 is the most.
  #expect(try child(0, 0, 9000, 900) == 225)
  #expect(try child(4990, 0, 1e9, 1e9) == 10)
}

@Test func jitterOfTheReference() throws {
  var random = SplitMix64(seed: 7)
  let sizes = try ScheduleJitter.sizes(totalLots: 1000, count: 5, variance: 0.1, random: &random)
  #expect(sizes == [197, 182, 217, 205, 199])
  let times = try ScheduleJitter.times(count: 5, sliceNanos: 60_000_000_000, random: &random)
  expectClose(times.map { Double($0) * 1e-9 }, [14.966, 88.077, 139.685, 188.055, 264.788], absolute: 5.1e-4)
}

@Test func jitterSumsExactlyForEverySeed() throws {
  for seed in UInt64(0)..<500 {
    var random = SplitMix64(seed: seed)
    let total = Int64(random.below(1_000_000))
    let count = Int(random.below(40)) + 1
    let variance = random.unit()
    let sizes = try ScheduleJitter.sizes(totalLots: total, count: count, variance: variance, random: &random)
    #expect(sizes.count == count && sizes.reduce(0, +) == total, "seed \(seed)")
    #expect(sizes.allSatisfy { $0 >= 0 }, "seed \(seed)")
    let times = try ScheduleJitter.times(count: count, sliceNanos: 1000, random: &random)
    for (index, time) in times.enumerated() { #expect(time / 1000 == Int64(index), "seed \(seed)") }
  }
}

@Test func icebergTipsOfTheReference() throws {
  var random = SplitMix64(seed: 42)
  var order = try Iceberg(totalLots: 1000, displayLots: 100, variance: 0.2)
  #expect(order.leastTipLots == 80)
  var tips: [Int64] = []
  while let tip = order.nextTip(random: &random) {
    let second = order.nextTip(random: &random)
    #expect(second == nil, "two tips live at once")
    tips.append(tip.lots)
    try order.fill(lots: 1)
    let third = order.nextTip(random: &random)
    #expect(third == nil, "a tip in progress is not replaced")
    try order.fill(lots: tip.lots - 1)
  }
  #expect(tips == [110, 86, 91, 94, 82, 115, 89, 112, 94, 127])
  #expect(order.isDone && order.executedLots == 1000)
}

@Test func aCancelledTipCountsUntilItIsGone() throws {
  var random = SplitMix64(seed: 1)
  var order = try Iceberg(totalLots: 300, displayLots: 100, variance: 0, refillDelayNanos: 5...9)
  let tip = order.nextTip(random: &random)
  let first = try #require(tip)
  #expect(first.lots == 100 && (5...9).contains(first.delayNanos))
  try order.fill(lots: 30)
  #expect(throws: ModelError.self) { try order.fill(lots: 71) }
  #expect(throws: ModelError.self) { try order.fill(lots: 0) }
  order.tipCancelled()
  #expect(order.remainingLots == 270 && order.workingLots == 0)
  var sizes: [Int64] = []
  while let tip = order.nextTip(random: &random) {
    sizes.append(tip.lots)
    try order.fill(lots: tip.lots)
  }
  // 270 = 100 + 170, where the 70 left over are less than the least tip of 100 and go with the last.
  #expect(sizes == [100, 170])
}

@Test func schedulesRefuseWhatCannotBeScheduled() throws {
  #expect(throws: ModelError.self) { try TWAP(totalLots: -1, sliceCount: 1) }
  #expect(throws: ModelError.self) { try TWAP(totalLots: 1, sliceCount: 0) }
  let twap = try TWAP(totalLots: 10, sliceCount: 2)
  #expect(throws: ModelError.self) { try twap.childLots(slice: 0, executedLots: -1, inFlightLots: 0) }
  #expect(throws: ModelError.self) { try twap.childLots(slice: 0, executedLots: 6, inFlightLots: 5) }
  #expect(throws: ModelError.self) { try twap.childLots(slice: 0, executedLots: .max, inFlightLots: .max) }
  let curve = try VolumeCurve(volumes: [1, 2])
  #expect(throws: ModelError.self) { try VWAP(totalLots: .max, curve: curve) }
  let vwap = try VWAP(totalLots: 10, curve: curve)
  #expect(throws: ModelError.self) { try vwap.childLots(bucket: 2, executedLots: 0, inFlightLots: 0) }
  #expect(throws: ModelError.self) {
    try vwap.childLots(bucket: 0, fraction: .nan, executedLots: 0, inFlightLots: 0)
  }
  for bad in [Double.nan, .infinity, 0, 1, -1] {
    #expect(throws: ModelError.self) { try POV(rate: bad) }
    #expect(throws: ModelError.self) { try POV.ownLots(othersLots: 1, rate: bad) }
  }
  #expect(throws: ModelError.self) { try POV(rate: 0.3, catchUp: 0.9) }
  #expect(throws: ModelError.self) { try POV(rate: 0.3, maximumRate: 0.2) }
  var random = SplitMix64(seed: 1)
  #expect(throws: ModelError.self) {
    try ScheduleJitter.sizes(totalLots: 10, count: 0, variance: 0, random: &random)
  }
  #expect(throws: ModelError.self) {
    try ScheduleJitter.sizes(totalLots: 10, count: 1, variance: 1.1, random: &random)
  }
  #expect(throws: ModelError.self) { try ScheduleJitter.times(count: 2, sliceNanos: .max, random: &random) }
  #expect(throws: ModelError.self) { try Iceberg(totalLots: 1, displayLots: 0, variance: 0) }
  #expect(throws: ModelError.self) { try Iceberg(totalLots: 1, displayLots: 1, variance: .nan) }
  #expect(throws: ModelError.self) {
    try Iceberg(totalLots: 1, displayLots: 1, variance: 0, refillDelayNanos: -1...0)
  }
  #expect(random == SplitMix64(seed: 1), "a refusal draws nothing")
}
