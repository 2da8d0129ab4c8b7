import CSodium

/// A hash value of 32 bytes, kept inline.
package struct Digest: Equatable, Sendable {
  package static let byteCount = 32

  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  package init() {}

  /// Nil unless there are exactly 32 bytes.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Digest.byteCount else { return nil }
    // Both sides are 32 plain bytes.
    unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyMemory(from: bytes) }
  }

  package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  /// The first eight bytes as a number, for the small rows that carry a seal instead of a chain.
  package var seal: Int64 { Int64(bitPattern: UInt64(littleEndian: words.0)) }

  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Read-only view of a plain tuple of integers.
    try unsafe withUnsafeBytes(of: words, body)
  }

  /// Lets `body` write the 32 bytes.
  package mutating func fill(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    unsafe withUnsafeMutableBytes(of: &words) { bytes in
      // The tuple has 32 plain bytes.
      unsafe body(bytes.assumingMemoryBound(to: UInt8.self).baseAddress!)
    }
  }
}

/// SHA-256 taken piece by piece. Integers go in as 8 bytes, little-endian; text and bytes with their length
/// first, so that no two different sequences of pieces hash the same bytes.
struct DigestBuilder: ~Copyable {
  private var state = crypto_hash_sha256_state()

  init() {
    let outcome = unsafe crypto_hash_sha256_init(&state)
    precondition(outcome == 0, "SHA-256 start returned \(outcome)")
  }

  mutating func add(_ value: Int64) {
    // A view of one integer on the stack.
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe take($0) }
  }

  mutating func add(_ text: String) {
    add(Int64(text.utf8.count))
    var text = text
    text.withUTF8 { unsafe take(UnsafeRawBufferPointer($0)) }
  }

  mutating func add(_ digest: Digest) {
    unsafe digest.withBytes { unsafe take($0) }
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(Int64(bytes.count))
    unsafe take(bytes)
  }

  consuming func finish() -> Digest {
    var digest = Digest()
    unsafe digest.fill { target in
      // libsodium writes exactly crypto_hash_sha256_BYTES = 32.
      let outcome = unsafe crypto_hash_sha256_final(&state, target)
      precondition(outcome == 0, "SHA-256 finish returned \(outcome)")
    }
    return digest
  }

  private mutating func take(_ bytes: UnsafeRawBufferPointer) {
    let start = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    let outcome = unsafe crypto_hash_sha256_update(&state, start, UInt64(bytes.count))
    precondition(outcome == 0, "SHA-256 update returned \(outcome)")
  }
}
