enum EWMAReference {
  static let variancePerSecond = 3.3237747275729023e-07
  static let effectiveCount = 1.291269934419714
  static let kurtosis = 1.0987823017110248
}
