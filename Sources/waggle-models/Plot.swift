/// A chart as an SVG text: axes with round ticks, lines, points and bands. Just enough to see whether numbers
/// are sane.
struct Plot {
  enum Mark {
    case line
    case points
    /// A filled area between the series and `lower`.
    case band(lower: [Double])
  }

  struct Series {
    let name: String
    let color: String
    let x: [Double]
    let y: [Double]
    let mark: Mark
  }

  let title: String
  let xLabel: String
  let yLabel: String
  var series: [Series] = []
  var notes: [String] = []

  private static let (width, height) = (980.0, 460.0)
  /// The right margin holds the legend.
  private static let (left, right, top, bottom) = (70.0, 260.0, 44.0, 54.0)

  init(title: String, xLabel: String, yLabel: String) {
    (self.title, self.xLabel, self.yLabel) = (title, xLabel, yLabel)
  }

  var svg: String {
    let xs = series.flatMap(\.x)
    var ys = series.flatMap(\.y)
    for entry in series { if case .band(let lower) = entry.mark { ys += lower } }
    guard let xLow = xs.min(), let xHigh = xs.max(), let yLow = ys.min(), let yHigh = ys.max() else {
      return ""
    }
    let xAxis = Axis(from: xLow, to: xHigh, start: Self.left, end: Self.width - Self.right)
    let yAxis = Axis(from: yLow, to: yHigh, start: Self.height - Self.bottom, end: Self.top)
    var out = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
      font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>
      <text x="\(Int(Self.left))" y="24" font-size="15">\(Self.escaped(title))</text>

      """
    out += frame(xAxis, yAxis)
    for entry in series { out += draw(entry, xAxis, yAxis) }
    out += legend()
    return out + "</svg>\n"
  }

  private func frame(_ xAxis: Axis, _ yAxis: Axis) -> String {
    var out = ""
    for tick in xAxis.ticks {
      let x = Self.text(xAxis.place(tick))
      out += "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(Int(Self.top))\" y2=\"\(Int(Self.height - Self.bottom))\" "
      out += "stroke=\"#e4e4e4\"/><text x=\"\(x)\" y=\"\(Int(Self.height - Self.bottom + 17))\" "
      out += "text-anchor=\"middle\">\(xAxis.label(tick))</text>\n"
    }
    for tick in yAxis.ticks {
      let y = Self.text(yAxis.place(tick))
      out += "<line y1=\"\(y)\" y2=\"\(y)\" x1=\"\(Int(Self.left))\" x2=\"\(Int(Self.width - Self.right))\" "
      out += "stroke=\"#e4e4e4\"/><text x=\"\(Int(Self.left - 6))\" y=\"\(y)\" dy=\"4\" "
      out += "text-anchor=\"end\">\(yAxis.label(tick))</text>\n"
    }
    let center = Int((Self.left + Self.width - Self.right) / 2)
    out += "<text x=\"\(center)\" y=\"\(Int(Self.height - 14))\" text-anchor=\"middle\">"
    out += "\(Self.escaped(xLabel))</text>\n"
    out += "<text transform=\"translate(16,\(Int(Self.height / 2))) rotate(-90)\" text-anchor=\"middle\">"
    out += "\(Self.escaped(yLabel))</text>\n"
    return out
  }

  private func draw(_ entry: Series, _ xAxis: Axis, _ yAxis: Axis) -> String {
    let points = zip(entry.x, entry.y).map { "\(Self.text(xAxis.place($0))),\(Self.text(yAxis.place($1)))" }
    switch entry.mark {
    case .line:
      let path = points.joined(separator: " ")
      return "<polyline fill=\"none\" stroke=\"\(entry.color)\" stroke-width=\"1.5\" points=\"\(path)\"/>\n"
    case .points:
      return zip(entry.x, entry.y).map { x, y in
        let (cx, cy) = (Self.text(xAxis.place(x)), Self.text(yAxis.place(y)))
        return "<circle cx=\"\(cx)\" cy=\"\(cy)\" r=\"3\" fill=\"\(entry.color)\"/>\n"
      }.joined()
    case .band(let lower):
      let back = zip(entry.x, lower).reversed().map {
        "\(Self.text(xAxis.place($0))),\(Self.text(yAxis.place($1)))"
      }
      let path = (points + back).joined(separator: " ")
      return "<polygon fill=\"\(entry.color)\" fill-opacity=\"0.25\" points=\"\(path)\"/>\n"
    }
  }

  private func legend() -> String {
    let x = Int(Self.width - Self.right) + 14
    var out = ""
    var y = Int(Self.top) + 16
    for entry in series where !entry.name.isEmpty {
      out += "<rect x=\"\(x)\" y=\"\(y - 9)\" width=\"14\" height=\"8\" fill=\"\(entry.color)\"/>"
      out += "<text x=\"\(x + 20)\" y=\"\(y)\">\(Self.escaped(entry.name))</text>\n"
      y += 16
    }
    for note in notes {
      out += "<text x=\"\(x)\" y=\"\(y)\" fill=\"#444\">\(Self.escaped(note))</text>\n"
      y += 16
    }
    return out
  }

  private static func text(_ value: Double) -> String { Number.fixed(value, 1) }

  private static func escaped(_ text: String) -> String {
    text.map { $0 == "<" ? "&lt;" : $0 == "&" ? "&amp;" : String($0) }.joined()
  }
}

/// A linear axis with ticks at round numbers.
private struct Axis {
  let ticks: [Double]
  private let low: Double
  private let high: Double
  private let start: Double
  private let end: Double
  private let decimals: Int

  init(from low: Double, to high: Double, start: Double, end: Double) {
    let span = high > low ? high - low : max(low.magnitude, 1)
    self.low = low - 0.03 * span
    self.high = low + 1.03 * span
    (self.start, self.end) = (start, end)
    var step = 1.0
    while step * 8 < span { step *= 10 }
    while step > span { step /= 10 }
    // At most ten and at least four intervals of 1, 2 or 5 times a power of ten.
    step /= span / step < 2 ? 5 : span / step < 4 ? 2 : 1
    var decimals = 0
    while decimals < 9 && Number.scaled(step, decimals).truncatingRemainder(dividingBy: 1) > 1e-6 {
      decimals += 1
    }
    var ticks: [Double] = []
    var tick = (self.low / step).rounded(.up) * step
    while tick <= self.high {
      ticks.append(tick)
      tick += step
    }
    self.ticks = ticks
    self.decimals = decimals
  }

  func place(_ value: Double) -> Double { start + (value - low) / (high - low) * (end - start) }

  func label(_ value: Double) -> String { Number.fixed(value, decimals) }
}
