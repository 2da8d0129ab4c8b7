import JSON5

/// Why a saved histogram cannot be used.
public enum HistogramError: Error, Sendable, Equatable {
  /// The text does not have the members this version writes: which, and where.
  case malformed(member: String, SourcePlace)
  /// Written with another bucket layout, whose counts cannot be merged with these.
  case unknownLayout(String)
  /// The members contradict each other (count against buckets, min against max).
  case inconsistent(String)
}

extension Histogram {
  /// Names the layout of the buckets; a change of layout needs another name.
  public static let layoutName = "log-linear-128"

  /// Writes the whole histogram, exactly: only buckets that counted something, in ascending order.
  ///
  /// ```json
  /// {"layout":"log-linear-128","count":3,"belowZero":0,"min":1,"max":900,"sum":902,
  ///  "buckets":[[1,2],[481,1]]}
  /// ```
  /// A bucket is its index and its count. `min` and `max` are absent when nothing was recorded.
  public func write(into writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("layout", Self.layoutName)
    writer.member("count", count)
    writer.member("belowZero", belowZeroCount)
    if let min, let max {
      writer.member("min", min)
      writer.member("max", max)
    }
    writer.member("sum", decimal: sum.description)
    writer.key("buckets")
    writer.beginArray()
    for (index, count) in buckets.enumerated() where count > 0 {
      writer.beginArray()
      writer.value(index)
      writer.value(count)
      writer.endArray()
    }
    writer.endArray()
    writer.endObject()
  }

  /// Reads what `write` wrote. The result equals the histogram that was written.
  public init(json node: SyntaxNode) throws(HistogramError) {
    guard let layout = node["layout"]?.string else {
      throw HistogramError.malformed(member: "layout", node.place)
    }
    guard layout == Self.layoutName else { throw HistogramError.unknownLayout(layout) }
    let count = try Self.natural("count", of: node)
    let belowZero = try Self.natural("belowZero", of: node)
    guard let written = node["sum"]?.number?.plainDecimal, let sum = Int128(written) else {
      throw HistogramError.malformed(member: "sum", node["sum"]?.place ?? node.place)
    }
    let buckets = try Self.savedBuckets(of: node)
    let counted = buckets.reduce(into: (sum: belowZero, overflow: false)) { total, bucket in
      let (sum, overflow) = total.sum.addingReportingOverflow(bucket.count)
      total = (sum, total.overflow || overflow)
    }
    guard !counted.overflow, counted.sum == count else {
      throw HistogramError.inconsistent("count is \(count), but the buckets hold \(counted.sum)")
    }
    guard count > 0 else {
      guard sum == 0 else { throw HistogramError.inconsistent("sum is \(sum), but nothing was recorded") }
      self.init()
      return
    }
    guard let min = node["min"]?.integer, let max = node["max"]?.integer else {
      throw HistogramError.malformed(member: "min and max", node.place)
    }
    try Self.check(min: min, max: max, belowZero: belowZero, buckets: buckets)
    guard Int128(min) * Int128(count) <= sum, sum <= Int128(max) * Int128(count) else {
      throw HistogramError.inconsistent("sum \(sum) is not possible for \(count) values of \(min)…\(max)")
    }
    self.init(buckets: buckets, belowZeroCount: belowZero, min: min, max: max, sum: sum)
  }

  private static func natural(_ name: String, of node: SyntaxNode) throws(HistogramError) -> Int64 {
    guard let value = node[name]?.integer, value >= 0 else {
      throw HistogramError.malformed(member: name, node[name]?.place ?? node.place)
    }
    return value
  }

  private static func savedBuckets(
    of node: SyntaxNode
  ) throws(HistogramError) -> [(index: Int, count: Int64)] {
    guard let elements = node["buckets"]?.elements else {
      throw HistogramError.malformed(member: "buckets", node.place)
    }
    var buckets: [(index: Int, count: Int64)] = []
    for element in elements {
      guard let pair = element.elements, pair.count == 2, let index = pair[0].integer,
        let count = pair[1].integer, (0..<Int64(bucketCount)).contains(index), count > 0,
        index > buckets.last?.index ?? -1
      else { throw HistogramError.malformed(member: "buckets", element.place) }
      buckets.append((Int(index), count))
    }
    return buckets
  }

  /// The extremes must lie in the first and last bucket that counted something.
  private static func check(
    min: Int64, max: Int64, belowZero: Int64, buckets: [(index: Int, count: Int64)]
  ) throws(HistogramError) {
    let isMinRight = belowZero > 0 ? min < 0 : min >= 0 && index(of: min) == buckets.first?.index
    let isMaxRight = buckets.isEmpty ? max < 0 : max >= 0 && index(of: max) == buckets.last?.index
    guard min <= max, isMinRight, isMaxRight else {
      throw HistogramError.inconsistent("min \(min) and max \(max) do not fit the buckets")
    }
  }
}
