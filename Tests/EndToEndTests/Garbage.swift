import Wire

/// What a port of a colony may receive from somebody who means harm or has a bug.
enum Garbage {
  /// Bytes for a TCP connection, most of which break ZeroMQ's own protocol (ZMTP 3.0, RFC 23).
  static func streams(seed: UInt64) -> [[UInt8]] {
    var random = SampleRandom(seed: seed)
    let zeros = [UInt8](repeating: 0, count: 48)
    return [
      [],
      randomBytes(1, &random),
      randomBytes(300, &random),
      randomBytes(100_000, &random),
      Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
      // Half a greeting.
      Array(greeting.prefix(11)),
      // A greeting of another security mechanism.
      Array(greeting.prefix(12)) + Array("CURVE".utf8) + zeros,
      // The greeting, then junk instead of a handshake.
      greeting + randomBytes(2_000, &random),
      greeting + [4, 5] + Array("READY".utf8),
      // A command of 2^63 - 1 bytes.
      greeting + [6, 0x7F] + [UInt8](repeating: 0xFF, count: 7),
      // ZMTP 1.0: a length of 2^64 - 1.
      [UInt8](repeating: 0xFF, count: 9) + [0],
    ] + socketTypes.flatMap { afterHandshake(as: $0, &random) }
  }

  private static let socketTypes = ["SUB", "XSUB", "DEALER", "REQ", "PUB", "PAIR"]

  private static let greeting: [UInt8] =
    [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48)

  /// What a peer of this kind may say once the handshake is done.
  private static func afterHandshake(as type: String, _ random: inout SampleRandom) -> [[UInt8]] {
    let property = [11] + Array("Socket-Type".utf8) + [0, 0, 0, UInt8(type.utf8.count)] + Array(type.utf8)
    let ready = [5] + Array("READY".utf8) + property
    let hello = greeting + [4, UInt8(ready.count)] + ready
    let long: [UInt8] = [2, 0, 0, 0, 0, 0, 1, 0, 1]
    return [
      // Frames of random bytes, one of them to be continued and never is.
      hello + [0, 200] + randomBytes(200, &random) + [1, 3, 1, 2, 3],
      // A frame of 65,537 bytes, one more than is allowed, and one of 2^62 bytes, of which little comes.
      hello + long + randomBytes(65_537, &random),
      hello + [2, 0x40, 0, 0, 0, 0, 0, 0, 0] + randomBytes(50, &random),
      // Subscriptions to odd topics, withdrawals of others, and neither.
      hello + [0, 3, 1, 0, 255, 0, 2, 0, 7, 0, 0, 0, 1, 9, 0, 1, 1],
      // Half a frame, and then nothing more for as long as the connection stays.
      hello + [0, 100] + randomBytes(40, &random),
      // An empty frame, then unknown flags.
      hello + [0, 0, 0xF8, 4, 1, 2, 3, 4],
    ]
  }

  /// Bodies of messages: random ones, halves of real ones, and real ones with a wrong header.
  static func bodies(seed: UInt64) -> [[UInt8]] {
    var random = SampleRandom(seed: seed)
    var bodies: [[UInt8]] = [[], [0]]
    for length in [3, 8, 20, 64, 200, 1_000, 60_000] { bodies.append(randomBytes(length, &random)) }
    for template in Template.allCases {
      var out = FrameWriter(capacity: FrameWriter.maxFrame)
      WireSamples.encode(template, seed: seed, into: &out)
      let whole = out.bytes.copiedBytes()
      bodies.append(Array(whole.prefix(whole.count / 2)))
      // The header's four numbers are those of block, template, schema and version.
      for place in [2, 4] {
        var changed = whole
        changed[place] ^= 0xAA
        changed[place + 1] ^= 0x55
        bodies.append(changed)
      }
    }
    return bodies
  }

  private static func randomBytes(_ count: Int, _ random: inout SampleRandom) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }
}
