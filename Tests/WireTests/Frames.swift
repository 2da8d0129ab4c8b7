import Foundation
import Testing
import Wire

/// A frame's bytes as an array, to compare, alter and print.
func bytes(of frame: RawSpan) -> [UInt8] {
  var bytes: [UInt8] = []
  for offset in 0..<frame.byteCount {
    bytes.append(frame.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
  }
  return bytes
}

/// The bytes of one seeded sample.
func sample(_ template: Template, seed: UInt64) -> [UInt8] {
  var out = FrameWriter()
  WireSamples.encode(template, seed: seed, into: &out)
  return bytes(of: out.bytes)
}

/// What is printed for a frame; nil when it is refused.
func json(of frame: [UInt8]) -> String? {
  WireJSON.string(frame.span.bytes)
}

/// Why a frame is refused; nil when it is read.
func refusal(of frame: [UInt8]) -> FrameRefusal? {
  FrameRefusal.reason(for: frame.span.bytes)
}

/// Where a frame differs from the seeded sample it was made from.
func difference(_ template: Template, seed: UInt64, in frame: [UInt8]) -> String? {
  WireSamples.difference(template, seed: seed, in: frame.span.bytes)
}

/// Removes a temporary folder; one left behind is a failure.
func remove(_ folder: URL) {
  do { try FileManager.default.removeItem(at: folder) } catch {
    Issue.record("\(folder.path) is left: \(error)")
  }
}

func describe(_ refusal: FrameRefusal?) -> String {
  refusal.map { "\($0)" } ?? "none"
}

extension [UInt8] {
  /// Hexadecimal digits, two a byte.
  var hex: String {
    map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
  }

  /// Replaces the bytes at `offset` by the little-endian `value`.
  mutating func put<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    for index in 0..<MemoryLayout<Value>.size {
      self[offset + index] = UInt8(truncatingIfNeeded: value >> Value(8 * index))
    }
  }

  /// The little-endian integer at `offset`.
  func get<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type = Value.self) -> Value {
    var value: Value = 0
    for index in 0..<MemoryLayout<Value>.size {
      value |= Value(truncatingIfNeeded: self[offset + index]) << Value(8 * index)
    }
    return value
  }
}

/// The package's folder.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()
