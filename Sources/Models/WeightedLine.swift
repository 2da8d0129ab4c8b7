/// A weighted least-squares line y = intercept + slope · x, in two passes for accuracy.
struct WeightedLine {
  private var points: [(x: Double, y: Double, weight: Double)] = []

  var count: Int { points.count }

  mutating func add(x: Double, y: Double, weight: Double) { points.append((x, y, weight)) }

  func solve() throws(ModelError) -> (slope: Double, intercept: Double, rSquared: Double) {
    try Domain.atLeast(3, count, "points of the line")
    let total = points.reduce(0) { $0 + $1.weight }
    let meanX = points.reduce(0) { $0 + $1.weight * $1.x } / total
    let meanY = points.reduce(0) { $0 + $1.weight * $1.y } / total
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for point in points {
      let (dx, dy) = (point.x - meanX, point.y - meanY)
      xx += point.weight * dx * dx
      xy += point.weight * dx * dy
      yy += point.weight * dy * dy
    }
    guard xx > 0 && yy > 0 else { throw .degenerate("the points do not span a line") }
    let slope = xy / xx
    let residual = max(0, yy - slope * xy)
    return (
      slope: try Domain.finite(slope, "slope"), intercept: meanY - slope * meanX,
      rSquared: 1 - residual / yy
    )
  }
}
