import Platform
import Testing

@Suite struct OutputFileTests {
  @Test func anExistingFileIsContinued() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/log"
      try put("old\n", path)
      var file = try OutputFile(path)
      #expect(file.bytes == 4)
      try file.write("new\n")
      try file.sync()
      #expect(file.bytes == 8)
      #expect(try text(path) == "old\nnew\n")
    }
  }

  @Test func aFullFileIsSetAsideAndTheOldestDropped() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/log"
      var file = try OutputFile(path, maxBytes: 10, keep: 2)
      for number in 0..<8 { try file.write("line\(number)") }
      // Two lines of five bytes fit; lines 0 and 1 are gone.
      #expect(try FileSystem.list(folder) == ["log", "log.1", "log.2"])
      #expect(try text(path) == "line6line7")
      #expect(try text("\(path).1") == "line4line5")
      #expect(try text("\(path).2") == "line2line3")
    }
  }

  @Test func aPieceIsNeverSplit() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/log"
      var file = try OutputFile(path, maxBytes: 4, keep: 1)
      try file.write("a piece longer than a file")
      try file.write("xy")
      #expect(try text("\(path).1") == "a piece longer than a file")
      #expect(try text(path) == "xy")
    }
  }

  @Test func withNothingKeptTheFileStartsAgain() throws {
    try withTemporaryFolder { (folder) throws in
      var file = try OutputFile("\(folder)/log", maxBytes: 4, keep: 0)
      for piece in ["abc", "def", "g"] { try file.write(piece) }
      #expect(try FileSystem.list(folder) == ["log"])
      #expect(try text("\(folder)/log") == "defg")
    }
  }

  @Test func aFullDiskIsAnErrorAndTheSizeStaysTrue() throws {
    var file = try OutputFile("/dev/full", maxBytes: 1 << 20)
    var failure: FileError?
    do throws(FileError) { try file.write("x") } catch { failure = error }
    #expect(failure?.isDiskFull == true)
    #expect(file.bytes == 0)
  }

  @Test func aMissingFolderIsAnError() throws {
    try withTemporaryFolder { (folder) throws in
      var failure: FileError?
      do throws(FileError) { _ = try OutputFile("\(folder)/no/log") } catch { failure = error }
      #expect(failure?.isMissing == true)
    }
  }
}
