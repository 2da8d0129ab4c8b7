import CSodium
import Journal
import Wire

/// BLAKE2b-256 taken piece by piece, with one state used again and again.
///
/// Integers go in as 8 bytes, little-endian; text and bytes with their length first, so that no two different
/// sequences of pieces hash the same bytes.
@safe final class Blake2b {
  /// Owned. Swift does not import a type of this alignment, so C's pointer to it is opaque here.
  private let state: OpaquePointer

  /// libsodium chooses the processor's fastest code when it is first used.
  private static let isReady: Bool = sodium_init() >= 0

  init() {
    precondition(Self.isReady, "libsodium cannot be used")
    // libsodium wants its state at a multiple of 64.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: crypto_generichash_statebytes(), alignment: 64)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: crypto_generichash_statebytes())
    unsafe state = OpaquePointer(memory)
  }

  deinit { unsafe UnsafeMutableRawPointer(state).deallocate() }

  func begin() {
    let outcome = unsafe crypto_generichash_init(state, nil, 0, Digest.byteCount)
    precondition(outcome == 0, "BLAKE2b start returned \(outcome)")
  }

  func add(_ value: UInt64) {
    // A view of one integer on the stack.
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe take($0) }
  }

  func add(_ text: String) {
    add(UInt64(text.utf8.count))
    var text = text
    // The text's own bytes, read at once.
    text.withUTF8 { unsafe take(UnsafeRawBufferPointer($0)) }
  }

  func add(_ digest: Digest) {
    // The digest's 32 bytes, read at once.
    unsafe digest.withBytes { unsafe take($0) }
  }

  func add(_ bytes: RawSpan) {
    add(UInt64(bytes.byteCount))
    // The bytes are read inside the closure.
    unsafe bytes.withUnsafeBytes { unsafe take($0) }
  }

  func finish() -> Digest {
    var digest = Digest()
    unsafe digest.fill { target in
      // libsodium writes as many bytes as `begin` asked for.
      let outcome = unsafe crypto_generichash_final(state, target, Digest.byteCount)
      precondition(outcome == 0, "BLAKE2b finish returned \(outcome)")
    }
    return digest
  }

  private func take(_ bytes: UnsafeRawBufferPointer) {
    let start = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    let outcome = unsafe crypto_generichash_update(state, start, UInt64(bytes.count))
    precondition(outcome == 0, "BLAKE2b update returned \(outcome)")
  }
}
