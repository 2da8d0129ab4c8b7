import CZlib
import Glibc
import Platform
import Testing

@Suite struct LineReaderTests {
  /// All lines of a file and the error it ended in.
  private func lines(
    _ path: String, maxLineBytes: Int = 1 << 20
  ) -> (lines: [String], error: LineReaderError?) {
    var found: [String] = []
    do throws(LineReaderError) {
      var reader = try LineReader(path, maxLineBytes: maxLineBytes)
      while try reader.next() {
        found.append(String(decoding: reader.line, as: UTF8.self))
        #expect(reader.linesRead == Int64(found.count))
      }
      #expect(try reader.next() == false, "the end stays the end")
      return (found, nil)
    } catch {
      return (found, error)
    }
  }

  /// Writes bytes as they are.
  private func store(_ bytes: [UInt8], _ path: String) throws(FileError) {
    try FileSystem.write(bytes, to: path)
  }

  /// One gzip member, made by zlib's own file interface.
  private func gzip(_ text: String, _ path: String) throws -> [UInt8] {
    let file = try #require(gzopen(path, "wb6"))
    let bytes = Array(text.utf8)
    #expect(gzwrite(file, bytes, UInt32(bytes.count)) == Int32(bytes.count))
    #expect(gzclose(file) == Z_OK)
    return try FileSystem.read(path, maxBytes: 1 << 24)
  }

  @Test func lineEndsOfEveryKind() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/f"
      let cases: [(String, [String])] = [
        ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("\n\n", ["", ""]), ("a\rb\n", ["a\rb"]), ("\r\n", [""]), ("\u{1F}", ["\u{1F}"]),
      ]
      for (content, expected) in cases {
        try put(content, path)
        #expect(lines(path).lines == expected, "\(content.debugDescription) plain")
        try store(try gzip(content, "\(folder)/g"), path)
        #expect(lines(path).lines == expected, "\(content.debugDescription) gzip")
      }
    }
  }

  /// Lines of many lengths, together far more than the buffers hold.
  private func manyLines() -> [String] {
    (0..<3000).map { number in
      "\(number) " + String(repeating: Character(UnicodeScalar(UInt8(97 + number % 26))), count: number % 997)
    } + [String(repeating: "long", count: 200_000), "last"]
  }

  @Test func plainAndGzipGiveTheSameLines() throws {
    try withTemporaryFolder { (folder) throws in
      let expected = manyLines()
      let content = expected.joined(separator: "\n") + "\n"
      try put(content, "\(folder)/plain")
      let packed = try gzip(content, "\(folder)/packed")
      #expect(packed.count < content.utf8.count / 3)
      #expect(lines("\(folder)/plain").lines == expected)
      #expect(lines("\(folder)/packed").lines == expected)
    }
  }

  @Test func joinedMembersAreOneFile() throws {
    try withTemporaryFolder { (folder) throws in
      let first = try gzip("one\ntw", "\(folder)/1")
      let second = try gzip("o\nthree\n", "\(folder)/2")
      let empty = try gzip("", "\(folder)/3")
      let path = "\(folder)/joined"
      try store(first + empty + second, path)
      #expect(lines(path).lines == ["one", "two", "three"])
      #expect(lines(path).error == nil)
      // Zeros at the end fill up the blocks of a tape.
      try store(first + second + [UInt8](repeating: 0, count: 100_000), path)
      #expect(lines(path).lines == ["one", "two", "three"])
      #expect(lines(path).error == nil)
      try store(first + second + Array("rubbish".utf8), path)
      #expect(lines(path).lines == ["one", "two", "three"])
      let position = Int64(first.count + second.count)
      let reason = "bytes after the end that are not gzip"
      let expected = LineReaderError.corruptGzip(
        path: path, compressedBytes: position, linesRead: 3, reason: reason)
      #expect(lines(path).error == expected)
    }
  }

  @Test func everyTruncationIsSeenAndNoHalfLineDelivered() throws {
    try withTemporaryFolder { (folder) throws in
      let expected = (0..<40).map { "line \($0) of a capture" }
      let whole = try gzip(expected.joined(separator: "\n") + "\n", "\(folder)/whole")
      let path = "\(folder)/cut"
      for count in 2..<whole.count {
        try store(Array(whole[..<count]), path)
        let result = lines(path)
        #expect(result.lines == Array(expected.prefix(result.lines.count)))
        let error = LineReaderError.truncatedGzip(
          path: path, compressedBytes: Int64(count), linesRead: Int64(result.lines.count))
        #expect(result.error == error, "cut to \(count) of \(whole.count) bytes")
      }
    }
  }

  @Test func everyDamagedByteIsSeen() throws {
    try withTemporaryFolder { (folder) throws in
      let whole = try gzip((0..<200).map { "\($0 &* 7919)\n" }.joined(), "\(folder)/whole")
      let path = "\(folder)/damaged"
      // From the deflated data (the header's time and system mean nothing) to the checksum and length.
      // The byte before the checksum is left out: its last bits may be padding, which means nothing.
      let checksum = whole.count - 8
      for place in 10..<whole.count where place != checksum - 1 {
        var bytes = whole
        bytes[place] ^= 0x10
        try store(bytes, path)
        switch lines(path).error {
        case .corruptGzip, .truncatedGzip: break
        case let other: Issue.record("byte \(place) of \(whole.count): \(String(describing: other))")
        }
      }
    }
  }

  @Test func aLineTooLongIsRefusedForGood() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/f"
      try put("12345\n123456\n1\n", path)
      let error = LineReaderError.lineTooLong(path: path, line: 2, maxBytes: 5)
      #expect(lines(path, maxLineBytes: 5) == (["12345"], error))
      #expect(lines(path, maxLineBytes: 6).error == nil)
      var reader = try LineReader(path, maxLineBytes: 5)
      var failures: [LineReaderError] = []
      for _ in 0..<4 {
        do throws(LineReaderError) { _ = try reader.next() } catch { failures.append(error) }
      }
      #expect(failures == [error, error, error])
      #expect(reader.line == [])
    }
  }

  @Test func aBombOfOneLineIsBounded() throws {
    try withTemporaryFolder { (folder) throws in
      let packed = try gzip(String(repeating: "0", count: 8_000_000), "\(folder)/bomb")
      #expect(packed.count < 20_000)
      let error = LineReaderError.lineTooLong(path: "\(folder)/bomb", line: 1, maxBytes: 1 << 20)
      #expect(lines("\(folder)/bomb").error == error)
    }
  }

  @Test func whatCannotBeReadSaysWhy() throws {
    try withTemporaryFolder { (folder) throws in
      let missing = FileError(path: "\(folder)/no", operation: "open", code: ENOENT)
      #expect(lines("\(folder)/no").error == .notReadable(missing))
      #expect(lines(folder).error == .notReadable(FileError(path: folder, operation: "read", code: EISDIR)))
    }
  }

  @Test func progressCountsBytesOfTheFile() throws {
    try withTemporaryFolder { (folder) throws in
      let packed = try gzip("a\nb\n", "\(folder)/f")
      var reader = try LineReader("\(folder)/f")
      while try reader.next() {}
      #expect(reader.fileBytes == Int64(packed.count))
    }
  }
}
