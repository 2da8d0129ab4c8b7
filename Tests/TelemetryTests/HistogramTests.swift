import JSON5
import Telemetry
import Testing

/// SplitMix64: the same numbers for the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Values of every magnitude: uniform in the exponent.
private func values(seed: UInt64, count: Int) -> [Int64] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Int64(generator.next() >> 1) >> Int64.random(in: 0...62, using: &generator) }
}

private func roundTrip(_ histogram: Histogram) throws -> Histogram {
  var writer = JSONWriter()
  histogram.write(into: &writer)
  return try Histogram(json: try JSON5Reader.read(writer.text))
}

@Test func bucketsCoverEveryValueWithoutGapOrOverlap() {
  #expect(Histogram.upperEdge(of: Histogram.bucketCount - 1) == Int64.max)
  var lower: Int64 = 0
  for index in 0..<Histogram.bucketCount {
    let upper = Histogram.upperEdge(of: index)
    #expect(Histogram.index(of: lower) == index)
    #expect(Histogram.index(of: upper) == index)
    // No value of a bucket is more than 1/128 below its upper edge.
    #expect(upper - lower <= lower / 128, "bucket \(index): \(lower)…\(upper)")
    if upper < .max { lower = upper + 1 }
  }
}

@Test(arguments: [1, 2, 3] as [UInt64])
func percentilesAreWithinOnePercentAboveTheNearestRank(seed: UInt64) throws {
  let recorded = values(seed: seed, count: 5000)
  var histogram = Histogram()
  for value in recorded { histogram.record(value) }
  let sorted = recorded.sorted()
  for hundredths in [0, 1, 100, 2500, 5000, 7500, 9000, 9900, 9990, 9999, 10_000] {
    let percent = Double(hundredths) / 100
    // Nearest rank in whole numbers: in Double, 99.9 % of 5000 is a little more than 4995.
    let rank = max(1, (hundredths * 5000 + 9999) / 10_000)
    let exact = sorted[rank - 1]
    let shown = try #require(histogram.percentile(percent))
    #expect(shown >= exact, "seed \(seed), percentile \(percent)")
    #expect(shown - exact <= exact / 100, "seed \(seed), percentile \(percent): \(shown) for \(exact)")
  }
  #expect(histogram.min == sorted.first)
  #expect(histogram.max == sorted.last)
  #expect(histogram.percentile(100) == sorted.last)
  #expect(histogram.sum == recorded.reduce(Int128(0)) { $0 + Int128($1) })
}

@Test func smallValuesAreExact() {
  var histogram = Histogram()
  for value in 1...100 { histogram.record(Int64(value)) }
  for percent in 1...100 { #expect(histogram.percentile(Double(percent)) == Int64(percent)) }
  #expect(histogram.mean == 50.5)
}

@Test func negativeValuesStandBelowTheOthers() {
  var histogram = Histogram()
  for value in [-1_250_000_000, -3, 0, 7] as [Int64] { histogram.record(value) }
  #expect(histogram.belowZeroCount == 2)
  #expect(histogram.count == 4)
  #expect(histogram.min == -1_250_000_000)
  #expect(histogram.percentile(50) == -1_250_000_000)
  #expect(histogram.percentile(75) == 0)
  #expect(histogram.percentile(100) == 7)
}

@Test func anEmptyHistogramHasNoNumbers() throws {
  let histogram = Histogram()
  #expect(histogram.percentile(50) == nil)
  #expect(histogram.min == nil)
  #expect(histogram.max == nil)
  #expect(histogram.mean == nil)
  #expect(try roundTrip(histogram) == histogram)
}

@Test func mergingEqualsRecordingEverythingInOne() {
  let left = values(seed: 11, count: 800)
  let right = values(seed: 12, count: 300) + [-5, -6]
  var one = Histogram()
  var other = Histogram()
  var both = Histogram()
  for value in left { one.record(value) }
  for value in right { other.record(value) }
  for value in left + right { both.record(value) }
  one.merge(other)
  #expect(one == both)
  one.merge(Histogram())
  #expect(one == both)
  one.reset()
  #expect(one == Histogram())
}

@Test func jsonKeepsEveryCountAcrossProcesses() throws {
  var histogram = Histogram()
  for value in values(seed: 21, count: 2000) + [Int64.max, 0, -9, Int64.min] { histogram.record(value) }
  histogram.record(123_456, times: 1_000_000_000)
  #expect(try roundTrip(histogram) == histogram)
  var below = Histogram()
  below.record(-1, times: 3)
  #expect(try roundTrip(below) == below)
}

@Test func theSavedFormIsTheDocumentedOne() {
  var histogram = Histogram()
  histogram.record(1, times: 2)
  histogram.record(900)
  var writer = JSONWriter()
  histogram.write(into: &writer)
  let buckets = #""buckets":[[1,2],[481,1]]}"#
  #expect(
    writer.text
      == #"{"layout":"log-linear-128","count":3,"belowZero":0,"min":1,"max":900,"sum":902,"# + buckets)
}

@Test(arguments: [
  (#"{}"#, "malformed"),
  (#"{layout:"log-linear-64",count:0,belowZero:0,sum:0,buckets:[]}"#, "unknownLayout"),
  (#"{layout:"log-linear-128",count:2,belowZero:0,min:1,max:1,sum:1,buckets:[[1,1]]}"#, "inconsistent"),
  (#"{layout:"log-linear-128",count:1,belowZero:0,min:2,max:1,sum:1,buckets:[[1,1]]}"#, "inconsistent"),
  (#"{layout:"log-linear-128",count:1,belowZero:0,min:1,max:1,sum:9,buckets:[[1,1]]}"#, "inconsistent"),
  (#"{layout:"log-linear-128",count:0,belowZero:0,sum:9,buckets:[]}"#, "inconsistent"),
  (#"{layout:"log-linear-128",count:1,belowZero:0,sum:1,buckets:[[1,1]]}"#, "malformed"),
  (#"{layout:"log-linear-128",count:1,belowZero:0,min:1,max:1,sum:1,buckets:[[7296,1]]}"#, "malformed"),
  (#"{layout:"log-linear-128",count:2,belowZero:0,min:1,max:1,sum:2,buckets:[[1,1],[1,1]]}"#, "malformed"),
  (#"{layout:"log-linear-128",count:-1,belowZero:0,min:1,max:1,sum:1,buckets:[[1,-1]]}"#, "malformed"),
])
func damagedHistogramsAreRefused(text: String, kind: String) throws {
  let node = try JSON5Reader.read(text)
  do throws(HistogramError) {
    _ = try Histogram(json: node)
    Issue.record("accepted \(text)")
  } catch {
    #expect("\(error)".hasPrefix(kind), "\(error) for \(text)")
  }
}
