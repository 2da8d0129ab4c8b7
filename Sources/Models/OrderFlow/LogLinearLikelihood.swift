/// Maximises Σ ln(θ₀ + θ₁ xᵢ + θ₂ yᵢ) − c·θ over θ ≥ 0: the likelihood of a point process whose intensity is
/// linear in its parameters. It is concave; projected Newton steps with step halving find its one maximum.
struct LogLinearLikelihood {
  private let dimensions: Int
  private var x: [Double] = []
  private var y: [Double] = []

  /// Two parameters (y is ignored) or three.
  init(dimensions: Int) {
    precondition(dimensions == 2 || dimensions == 3, "\(dimensions) parameters")
    self.dimensions = dimensions
  }

  mutating func add(_ x: Double, _ y: Double) {
    self.x.append(x)
    if dimensions == 3 { self.y.append(y) }
  }

  private static let maximumIterations = 100

  func maximise(costs: [Double]) throws(ModelError) -> (parameters: [Double], value: Double) {
    let count = Double(x.count)
    guard count > 0, costs.count == dimensions, costs.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .degenerate("no events, or events on one instant only")
    }
    // At the maximum Σ costs·θ equals the number of events: start with half of it in the base rate.
    var theta = costs.enumerated().map { $0 == 0 ? count / 2 / $1 : count / 2 / Double(dimensions - 1) / $1 }
    var value = evaluate(theta, costs)
    for _ in 0..<Self.maximumIterations {
      let (gradient, hessian) = derivatives(theta, costs)
      // Parameters at their bound that want to leave the domain stay where they are.
      let free = (0..<dimensions).filter { theta[$0] > 0 || gradient[$0] > 0 }
      let step = Self.newtonStep(gradient: gradient, hessian: hessian, free: free)
      var scale = 1.0
      var improved = false
      while scale > 1e-10 {
        let trial = theta.enumerated().map { max(0, $1 + scale * step[$0]) }
        let trialValue = evaluate(trial, costs)
        if trialValue > value {
          let gain = trialValue - value
          (theta, value) = (trial, trialValue)
          improved = gain > 1e-13 * max(1, value.magnitude)
          break
        }
        scale /= 2
      }
      if !improved { return (theta, value) }
    }
    throw .notConverged("likelihood at a fixed decay", iterations: Self.maximumIterations)
  }

  private func evaluate(_ theta: [Double], _ costs: [Double]) -> Double {
    let t0 = theta[0]
    let t1 = theta[1]
    let t2 = dimensions == 3 ? theta[2] : 0
    var sum = 0.0
    // One logarithm of a product of a few intensities instead of one each; the product stays within range.
    var product = 1.0
    for index in x.indices {
      product *= t0 + t1 * x[index] + (dimensions == 3 ? t2 * y[index] : 0)
      if !(product > 1e-150 && product < 1e150) {
        sum += Math.log(product)
        product = 1
      }
    }
    sum += Math.log(product)
    for index in 0..<dimensions { sum -= costs[index] * theta[index] }
    return sum.isFinite ? sum : -Double.infinity
  }

  private func derivatives(_ theta: [Double], _ costs: [Double]) -> (gradient: [Double], hessian: [Double]) {
    let (t0, t1, t2) = (theta[0], theta[1], dimensions == 3 ? theta[2] : 0)
    var (g0, g1, g2) = (0.0, 0.0, 0.0)
    var (h00, h01, h02, h11, h12, h22) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for index in x.indices {
      let xi = x[index]
      let yi = dimensions == 3 ? y[index] : 0
      let inverse = 1 / (t0 + t1 * xi + t2 * yi)
      let square = inverse * inverse
      g0 += inverse
      g1 += xi * inverse
      g2 += yi * inverse
      h00 -= square
      h01 -= xi * square
      h02 -= yi * square
      h11 -= xi * xi * square
      h12 -= xi * yi * square
      h22 -= yi * yi * square
    }
    let gradient = [g0, g1, g2].prefix(dimensions).enumerated().map { $1 - costs[$0] }
    return (gradient, [h00, h01, h02, h01, h11, h12, h02, h12, h22])
  }

  /// −H⁻¹ g over the free parameters by Gaussian elimination, or the gradient where H cannot be inverted.
  private static func newtonStep(gradient: [Double], hessian: [Double], free: [Int]) -> [Double] {
    var step = [Double](repeating: 0, count: gradient.count)
    var rows = free.map { row in free.map { -hessian[row * 3 + $0] } + [gradient[row]] }
    for pivot in rows.indices {
      // −H is positive definite where the data vary, so the diagonal serves as pivot.
      guard rows[pivot][pivot] > 0, rows[pivot][pivot].isFinite else {
        for index in free { step[index] = gradient[index] }
        return step
      }
      for row in rows.indices where row != pivot {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...rows.count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    for (row, index) in free.enumerated() { step[index] = rows[row][rows.count] / rows[row][row] }
    return step
  }
}
