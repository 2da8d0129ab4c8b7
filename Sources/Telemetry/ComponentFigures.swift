import ActorKit
import JSON5
import Wire

/// What one incarnation of a component counted and timed: written by hosts, read by reports.
///
/// A host replaces the file about once a second, so a killed incarnation leaves figures at most a second old.
public struct ComponentFigures: Sendable, Equatable {
  /// A named count.
  public struct Counter: Sendable, Equatable {
    public var name: String
    public var value: Int64
  }

  /// Times by the name of the message they were measured on, in the order of the template numbers.
  public struct Timing: Sendable, Equatable {
    public var template: String
    public var histogram: Histogram
  }

  public var component: String
  public var number: UInt16
  public var kind: String
  public var epoch: UInt32
  public var wallNanos: Int64
  public var counters: [Counter]
  /// Frames that were no message, by reason.
  public var refusedFrames: [Counter]
  /// From the sender's stamp to our receipt, nanoseconds.
  public var hops: [Timing]
  /// From the feed's receipt of the market event to our receipt, nanoseconds.
  public var sinceOrigin: [Timing]

  public init(
    component: String, number: UInt16, kind: String, epoch: UInt32, wallNanos: Int64, counters: CounterReport,
    statistics: HostStatistics
  ) {
    self.component = component
    self.number = number
    self.kind = kind
    self.epoch = epoch
    self.wallNanos = wallNanos
    self.counters = counters.entries.map { Counter(name: $0.name, value: $0.value) }
    refusedFrames = FrameRefusal.allCases.compactMap { reason in
      let count = statistics.refused[Int(reason.rawValue)]
      return count > 0 ? Counter(name: "\(reason)", value: count) : nil
    }
    hops = Self.timings(statistics.hops)
    sinceOrigin = Self.timings(statistics.sinceOrigin)
  }

  private static func timings(_ histograms: [Histogram?]) -> [Timing] {
    Template.allCases.compactMap { template in
      histograms[Int(template.rawValue)].map { Timing(template: "\(template)", histogram: $0) }
    }
  }

  /// A counter's value; 0 if it was never counted.
  public func counter(_ name: String) -> Int64 { counters.first { $0.name == name }?.value ?? 0 }
}

// MARK: - JSON

extension ComponentFigures {
  public func write(into json: inout JSONWriter) {
    json.beginObject()
    json.member("component", component)
    json.member("number", Int64(number))
    json.member("kind", kind)
    json.member("epoch", Int64(epoch))
    json.member("wallNanos", wallNanos)
    write("counters", counters, into: &json)
    write("refusedFrames", refusedFrames, into: &json)
    write("hops", hops, into: &json)
    write("sinceOrigin", sinceOrigin, into: &json)
    json.endObject()
  }

  private func write(_ key: String, _ counters: [Counter], into json: inout JSONWriter) {
    json.key(key)
    json.beginObject()
    for counter in counters { json.member(counter.name, counter.value) }
    json.endObject()
  }

  private func write(_ key: String, _ timings: [Timing], into json: inout JSONWriter) {
    json.key(key)
    json.beginObject()
    for timing in timings {
      json.key(timing.template)
      timing.histogram.write(into: &json)
    }
    json.endObject()
  }
}

/// Why a statistics file cannot be used.
public enum FiguresError: Error, Sendable, Equatable, CustomStringConvertible {
  case syntax(String)
  case missing(String)

  public var description: String {
    switch self {
    case .syntax(let what): "not the figures of a component: \(what)"
    case .missing(let member): "not the figures of a component: \(member) is missing or of the wrong type"
    }
  }
}

extension ComponentFigures {
  /// Reads what `write` wrote.
  public init(json bytes: [UInt8]) throws(FiguresError) {
    let node: SyntaxNode
    do throws(SyntaxError) { node = try JSON5Reader.read(bytes: bytes) } catch { throw .syntax("\(error)") }
    guard let component = node["component"]?.string, let kind = node["kind"]?.string else {
      throw .missing("component or kind")
    }
    guard let number = node["number"]?.integer.flatMap({ UInt16(exactly: $0) }),
      let epoch = node["epoch"]?.integer.flatMap({ UInt32(exactly: $0) }),
      let wallNanos = node["wallNanos"]?.integer
    else { throw .missing("number, epoch or wallNanos") }
    self.component = component
    self.kind = kind
    self.number = number
    self.epoch = epoch
    self.wallNanos = wallNanos
    counters = try Self.counters("counters", node)
    refusedFrames = try Self.counters("refusedFrames", node)
    hops = try Self.timings("hops", node)
    sinceOrigin = try Self.timings("sinceOrigin", node)
  }

  private static func counters(_ key: String, _ node: SyntaxNode) throws(FiguresError) -> [Counter] {
    guard let members = node[key]?.members else { throw .missing(key) }
    var counters: [Counter] = []
    for member in members {
      guard let value = member.value.integer else { throw .missing("\(key).\(member.key)") }
      counters.append(Counter(name: member.key, value: value))
    }
    return counters
  }

  private static func timings(_ key: String, _ node: SyntaxNode) throws(FiguresError) -> [Timing] {
    guard let members = node[key]?.members else { throw .missing(key) }
    var timings: [Timing] = []
    for member in members {
      do throws(HistogramError) {
        timings.append(Timing(template: member.key, histogram: try Histogram(json: member.value)))
      } catch {
        throw .missing("\(key).\(member.key): \(error)")
      }
    }
    return timings
  }
}
