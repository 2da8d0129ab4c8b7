import Glibc

/// The plain bytes of a file, whether it is gzip (recognised by its first two bytes, not its name) or not.
struct PlainOrGzipFile: ~Copyable {
  enum Failure: Error {
    case file(FileError)
    case truncated
    case corrupt(reason: String)
  }

  /// Bytes of the file itself taken so far.
  private(set) var fileBytes: Int64 = 0

  private let path: String
  private let descriptor: Descriptor
  private var inflater: Inflater?
  private var input = [UInt8](repeating: 0, count: 65_536)
  private var used = 0
  private var available = 0
  private var place = Place.start

  private enum Place {
    /// Nothing read yet.
    case start
    case plain
    /// Inside a gzip member.
    case member
    /// After one: another may follow, or zeros that fill a tape block, or the end.
    case betweenMembers
  }

  init(_ path: String) throws(FileError) {
    descriptor = try FileSystem.open(path, O_RDONLY)
    self.path = path
  }

  /// Fills `output` from its start; returns how many bytes, 0 at the end of the file.
  mutating func read(into output: inout [UInt8]) throws(Failure) -> Int {
    if place == .start { try detect() }
    if place == .plain { return try readPlain(into: &output) }
    while true {
      if used == available { try refill() }
      if available == 0 {
        if place == .betweenMembers { return 0 }
        throw .truncated
      }
      if place == .betweenMembers, try !startNextMember() { continue }
      let count = try inflateMore(into: &output)
      if count > 0 { return count }
    }
  }

  /// The position in the file, for an error.
  var position: Int64 { fileBytes - Int64(available - used) }

  private mutating func detect() throws(Failure) {
    try refill()
    // A one-byte file, or the rare short first read of a pipe, counts as plain.
    let isGzip = available >= 2 && input[0] == 0x1F && input[1] == 0x8B
    if isGzip { inflater = Inflater() }
    place = isGzip ? .member : .plain
  }

  private mutating func readPlain(into output: inout [UInt8]) throws(Failure) -> Int {
    // What `detect` read comes first; the rest goes straight to the caller.
    guard used < available else {
      let count = try PlainOrGzipFile.read(descriptor, path, into: &output)
      fileBytes += Int64(count)
      return count
    }
    let count = min(available - used, output.count)
    output.replaceSubrange(0..<count, with: input[used..<(used + count)])
    used += count
    return count
  }

  /// After a member: true at the start of another; false when only zeros were skipped.
  private mutating func startNextMember() throws(Failure) -> Bool {
    while used < available, input[used] == 0 { used += 1 }
    if used == available { return false }
    guard input[used] == 0x1F else { throw .corrupt(reason: "bytes after the end that are not gzip") }
    inflater?.reset()
    place = .member
    return true
  }

  private mutating func inflateMore(into output: inout [UInt8]) throws(Failure) -> Int {
    guard
      let result = inflater?.inflate(input, used: &used, available: available, into: &output)
    else { preconditionFailure("bug: no inflater at byte \(position) of \(path)") }
    switch result.outcome {
    case .running: break
    case .memberEnded: place = .betweenMembers
    case .corrupt(let reason): throw .corrupt(reason: reason)
    }
    return result.written
  }

  private mutating func refill() throws(Failure) {
    available = try PlainOrGzipFile.read(descriptor, path, into: &input)
    used = 0
    fileBytes += Int64(available)
  }

  private static func read(
    _ descriptor: borrowing Descriptor, _ path: String, into buffer: inout [UInt8]
  ) throws(Failure) -> Int {
    let number = descriptor.number
    let count = unsafe buffer.withUnsafeMutableBytes { buffer -> Int in
      // unsafe: the array is borrowed for the call and has that many bytes.
      var count = unsafe Glibc.read(number, buffer.baseAddress, buffer.count)
      while count < 0, errno == EINTR { count = unsafe Glibc.read(number, buffer.baseAddress, buffer.count) }
      return count
    }
    guard count >= 0 else { throw .file(FileError(path: path, operation: "read", code: errno)) }
    return count
  }
}
