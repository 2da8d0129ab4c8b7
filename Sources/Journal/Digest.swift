import CSodium

/// A SHA-256 value, kept inline.
struct Digest: Equatable {
  static let byteCount = 32

  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  init() {}

  /// Nil unless there are exactly 32 bytes.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Digest.byteCount else { return nil }
    // Both sides are 32 plain bytes.
    unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyMemory(from: bytes) }
  }

  static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  /// The first eight bytes as a number, for the small rows that carry a seal instead of a chain.
  var seal: Int64 { Int64(bitPattern: UInt64(littleEndian: words.0)) }

  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Read-only view of a plain tuple of integers.
    try unsafe withUnsafeBytes(of: words, body)
  }

  fileprivate mutating func fill(from state: inout crypto_hash_sha256_state) {
    unsafe withUnsafeMutableBytes(of: &words) { bytes in
      // libsodium writes exactly crypto_hash_sha256_BYTES = 32.
      let target = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress!
      let outcome = unsafe crypto_hash_sha256_final(&state, target)
      precondition(outcome == 0, "SHA-256 finish returned \(outcome)")
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
    digest.fill(from: &state)
    return digest
  }

  private mutating func take(_ bytes: UnsafeRawBufferPointer) {
    let start = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    let outcome = unsafe crypto_hash_sha256_update(&state, start, UInt64(bytes.count))
    precondition(outcome == 0, "SHA-256 update returned \(outcome)")
  }
}
