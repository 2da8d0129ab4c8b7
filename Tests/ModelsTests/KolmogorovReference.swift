/// Values computed outside Swift by an independent implementation (scipy.stats.kstest, exact for small
/// samples).
enum KolmogorovReference {
  static let distance = 0.19810348200534467
  static let pValue = 0.9651057928357195
}
