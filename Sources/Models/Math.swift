import Glibc

/// The C library's elementary functions: the only ones the models take from outside Swift.

enum Math {
  @inline(__always) static func exp(_ x: Double) -> Double { Glibc.exp(x) }
  @inline(__always) static func expm1(_ x: Double) -> Double { Glibc.expm1(x) }
  @inline(__always) static func log(_ x: Double) -> Double { Glibc.log(x) }
  @inline(__always) static func log1p(_ x: Double) -> Double { Glibc.log1p(x) }
  @inline(__always) static func cbrt(_ x: Double) -> Double { Glibc.cbrt(x) }
  @inline(__always) static func sin(_ x: Double) -> Double { Glibc.sin(x) }
  @inline(__always) static func acos(_ x: Double) -> Double { Glibc.acos(x) }
  @inline(__always) static func erfc(_ x: Double) -> Double { Glibc.erfc(x) }

  static let ln2 = 0.693_147_180_559_945_3
}
