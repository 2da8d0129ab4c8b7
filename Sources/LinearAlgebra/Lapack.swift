/// LAPACK's words in Swift. `lapack_int` is a macro, which the importer does not see; Debian builds it as 32
/// bits.
typealias LapackInt = Int32

/// The letters for "the lower triangle is given", "values only", "values and vectors", "by index".
let lowerTriangle = CChar(UInt8(ascii: "L"))
let valuesOnly = CChar(UInt8(ascii: "N"))
let valuesAndVectors = CChar(UInt8(ascii: "V"))
let selectedByIndex = CChar(UInt8(ascii: "I"))
