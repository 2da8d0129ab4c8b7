import CSodium
import Wire

/// SipHash-2-4: tells a whole small record from a torn one.
enum ShortHash {
  static func of(_ bytes: RawSpan, key: FileID) -> UInt64 {
    var sum: UInt64 = 0
    let words = (key.high.littleEndian, key.low.littleEndian)
    // libsodium reads the bytes and the key's 16, and writes 8.
    unsafe bytes.withUnsafeBytes { input in
      unsafe withUnsafeBytes(of: words) { key in
        unsafe withUnsafeMutableBytes(of: &sum) { output in
          let outcome = unsafe crypto_shorthash(
            output.assumingMemoryBound(to: UInt8.self).baseAddress!,
            input.assumingMemoryBound(to: UInt8.self).baseAddress, UInt64(input.count),
            key.assumingMemoryBound(to: UInt8.self).baseAddress!)
          precondition(outcome == 0, "SipHash returned \(outcome)")
        }
      }
    }
    return UInt64(littleEndian: sum)
  }
}
