import Telemetry
import Wire

/// The figures of all incarnations of all components, added up: counters summed, histograms merged.
///
/// Counters are as old as the last statistics file of an incarnation, at most a second; what must be exact
/// (orders, fills, money) is counted from journals instead.
struct FigureTotals: Sendable {
  /// One component over its incarnations.
  struct Component: Sendable {
    let name: String
    let kind: String
    /// Rising.
    var epochs: [UInt32] = []
    /// By name, as are the refused frames.
    var counters: [NamedCount] = []
    var refusedFrames: [NamedCount] = []
    var hops: [ComponentFigures.Timing] = []
    var sinceOrigin: [ComponentFigures.Timing] = []
    /// The figures of its last incarnation.
    var last: ComponentFigures
  }

  /// By number.
  private(set) var components: [Component] = []
  /// By component number and epoch.
  let figures: [ComponentFigures]

  init(_ figures: [ComponentFigures]) {
    self.figures = figures.sorted { ($0.number, $0.epoch) < ($1.number, $1.epoch) }
    for one in self.figures {
      if components.last?.last.number != one.number {
        components.append(Component(name: one.component, kind: one.kind, last: one))
      }
      components[components.count - 1].add(one)
    }
  }

  /// A counter's sum over the components of a kind, of all when nil.
  func sum(_ counter: String, kind: String? = nil) -> Int64 {
    family(kind: kind) { $0 == counter ? counter : nil }.first?.value ?? 0
  }

  /// The counters `prefix` + NAME of a kind's components, by NAME; those that are zero only `withZeros`.
  func family(_ prefix: String, kind: String? = nil, withZeros: Bool = false) -> [NamedCount] {
    let found = family(kind: kind) { name in
      name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }
    return withZeros ? found : found.filter { $0.value > 0 }
  }

  private func family(kind: String?, _ rename: (String) -> String?) -> [NamedCount] {
    var found: [NamedCount] = []
    for component in components where kind == nil || component.kind == kind {
      for counter in component.counters {
        if let name = rename(counter.name) { found.add(name, counter.value) }
      }
    }
    return found
  }

  /// What a kind's components timed on these messages, in one histogram.
  func timing(
    _ path: KeyPath<Component, [ComponentFigures.Timing]>, kind: String, of templates: [Template]
  ) -> Histogram {
    var merged = Histogram()
    for component in components where component.kind == kind {
      for timing in component[keyPath: path] where templates.contains(where: { "\($0)" == timing.template }) {
        merged.merge(timing.histogram)
      }
    }
    return merged
  }
}

extension FigureTotals.Component {
  fileprivate mutating func add(_ figures: ComponentFigures) {
    epochs.append(figures.epoch)
    counters.add(figures.counters)
    refusedFrames.add(figures.refusedFrames)
    hops.add(figures.hops)
    sinceOrigin.add(figures.sinceOrigin)
    last = figures
  }
}

extension [ComponentFigures.Timing] {
  fileprivate mutating func add(_ others: [ComponentFigures.Timing]) {
    for other in others {
      if let place = firstIndex(where: { $0.template == other.template }) {
        self[place].histogram.merge(other.histogram)
      } else {
        append(other)
      }
    }
  }
}
