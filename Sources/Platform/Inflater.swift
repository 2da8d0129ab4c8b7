import CZlib

/// zlib's side of reading gzip: compressed bytes in, plain bytes out.
@safe struct Inflater: ~Copyable {
  enum Outcome {
    /// More input or more room is needed.
    case running
    /// The member (a gzip file may have several) is complete and its checksum right.
    case memberEnded
    case corrupt(reason: String)
  }

  /// On the heap, because zlib checks that its state does not move.
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    // unsafe: freed in deinit only; the type cannot be copied.
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 31: the largest window, and expect gzip's header. The macro of this call is not imported.
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    let code = unsafe inflateInit2_(stream, 31, ZLIB_VERSION, size)
    precondition(code == Z_OK, "inflateInit2: zlib error \(code)")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Starts with the next member.
  mutating func reset() {
    let code = unsafe inflateReset(stream)
    precondition(code == Z_OK, "inflateReset: zlib error \(code)")
  }

  /// Takes `input` from `used` on and writes to `output`; advances `used`, and says how much was written.
  mutating func inflate(
    _ input: [UInt8], used: inout Int, available: Int, into output: inout [UInt8]
  ) -> (written: Int, outcome: Outcome) {
    precondition(used <= available && available <= input.count, "bug: inflate \(used)…\(available)")
    let code = unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        // unsafe: zlib reads and writes only within the lengths given, and both arrays outlive the call. It
        // does not write to its input; its interface predates const.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress?.advanced(by: used))
        unsafe stream.pointee.avail_in = UInt32(available - used)
        unsafe stream.pointee.next_out = target.baseAddress
        unsafe stream.pointee.avail_out = UInt32(target.count)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    let written = unsafe output.count - Int(stream.pointee.avail_out)
    unsafe used = available - Int(stream.pointee.avail_in)
    switch code {
    case Z_STREAM_END: return (written, .memberEnded)
    case Z_OK, Z_BUF_ERROR: return (written, .running)
    case Z_DATA_ERROR, Z_NEED_DICT: return (written, .corrupt(reason: reason(code)))
    default: preconditionFailure("bug: inflate: zlib error \(code) (\(reason(code)))")
    }
  }

  private func reason(_ code: Int32) -> String {
    // unsafe: a static text of zlib, copied at once.
    guard let text = unsafe stream.pointee.msg else { return "zlib error \(code)" }
    return unsafe String(cString: text)
  }
}
