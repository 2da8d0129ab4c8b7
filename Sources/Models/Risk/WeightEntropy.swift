import LinearAlgebra

/// How spread a book is over positions: entropy of the gross weights, in nats. High means diversified: warn
/// when it is *low*, never stop on a high value.
public struct WeightEntropy: Equatable, Sendable {
  /// H = −Σ w ln w, 0 … ln(number of positions).
  public let entropy: Double
  /// Σ w², 1/n … 1 (Herfindahl and Hirschman).
  public let concentration: Double

  /// From signed exposures in one currency; shorts count by their size. Throws on NaN, and `degenerate` when
  /// all are zero or there are none.
  public init(exposures: [Double]) throws(ModelError) {
    var gross = 0.0
    for value in exposures { gross += try Domain.finite(value, "exposure").magnitude }
    try Domain.finite(gross, "gross exposure")
    guard gross > 0 else { throw .degenerate("no exposure") }
    var (entropy, squares) = (0.0, 0.0)
    for value in exposures where value != 0 {
      let weight = value.magnitude / gross
      if weight > 0 { entropy -= weight * Math.log(weight) }
      squares += weight * weight
    }
    self.entropy = max(0, entropy)
    concentration = squares
  }
}

/// How many independent bets a book makes; low in a correlation crisis, when everything moves as one.
public enum EffectiveBets {
  /// exp of the entropy of the correlation matrix's normalised eigenvalues: n for uncorrelated series,
  /// towards 1 as they become one. Throws `degenerate` unless symmetric and positive semi-definite (to 1e-9).
  public static func spectral(correlation: Matrix) throws(ModelError) -> Double {
    let values = try Domain.algebra("correlation matrix") { () throws(LinearAlgebraError) in
      try correlation.symmetricEigenvalues()
    }
    guard let least = values.first, least >= -1e-9 else {
      throw .degenerate("correlation matrix is not positive semi-definite")
    }
    return try exponentialOfEntropy(values.map { max(0, $0) })
  }

  /// Meucci 2009: exp(−Σ p ln p), p_k the share of the k-th principal component in the book's variance.
  public static func principal(covariance: Matrix, exposures: [Double]) throws(ModelError) -> Double {
    try Domain.sameCount(exposures.count, covariance.rowCount, "exposures")
    try Domain.allFinite(exposures, "exposure")
    let system = try Domain.algebra("covariance matrix") { () throws(LinearAlgebraError) in
      try covariance.symmetricEigensystem()
    }
    let contributions = system.values.indices.map { k in
      var projection = 0.0
      for row in exposures.indices { projection += system.vectors[row, k] * exposures[row] }
      return max(0, system.values[k]) * projection * projection
    }
    return try exponentialOfEntropy(contributions)
  }

  private static func exponentialOfEntropy(_ parts: [Double]) throws(ModelError) -> Double {
    let total = try Domain.finite(parts.reduce(0, +), "variance of the book")
    guard total > 0 else { throw .degenerate("no variance") }
    var entropy = 0.0
    for part in parts where part > 0 { entropy -= part / total * Math.log(part / total) }
    return Math.exp(entropy)
  }
}
