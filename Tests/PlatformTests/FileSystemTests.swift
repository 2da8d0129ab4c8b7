import Glibc
import Platform
import Testing

@Suite struct FileSystemTests {
  @Test func whatIsWrittenIsRead() throws {
    try withTemporaryFolder { (folder) throws in
      let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      for synced in [false, true] {
        try FileSystem.write(bytes, to: "\(folder)/file", synced: synced, mode: 0o600)
        #expect(try FileSystem.read("\(folder)/file", maxBytes: 200_000) == bytes)
      }
      let status = try #require(try FileSystem.status("\(folder)/file"))
      #expect(status.kind == .file)
      #expect(status.bytes == 200_000)
      #expect(status.mode == 0o600)
      #expect(status.ownerID == getuid())
      #expect(try FileSystem.list(folder) == ["file"], "no temporary file is left")
    }
  }

  @Test func aFileLongerThanTheBoundIsRefused() throws {
    try withTemporaryFolder { (folder) throws in
      try put("12345", "\(folder)/file")
      let error = #expect(throws: FileError.self) { try FileSystem.read("\(folder)/file", maxBytes: 4) }
      #expect(error?.code == EFBIG)
      #expect(try FileSystem.read("\(folder)/file", maxBytes: 5) == Array("12345".utf8))
    }
  }

  @Test func errorsNamePathOperationAndReason() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/missing"
      let error = #expect(throws: FileError.self) { try FileSystem.read(path, maxBytes: 1) }
      #expect(error == FileError(path: path, operation: "open", code: ENOENT))
      #expect(error?.isMissing == true)
      #expect(error?.description == "\(path): open failed: No such file or directory (errno 2)")
      #expect(throws: FileError(path: "a\u{0}b", operation: "open", code: EINVAL)) {
        try FileSystem.read("a\u{0}b", maxBytes: 1)
      }
      #expect(throws: FileError.self) { try put("x", "\(folder)/missing/file") }
      #expect(FileError(path: "", operation: "write", code: ENOSPC).isDiskFull)
    }
  }

  @Test func aFailedWriteLeavesTheOldFileAndNoOther() throws {
    try withTemporaryFolder { (folder) throws in
      // A folder stands where the file should go, so only the last step, the rename, fails.
      try FileSystem.createDirectory("\(folder)/target/inner")
      let error = #expect(throws: FileError.self) { try put("x", "\(folder)/target") }
      #expect(error?.operation == "rename")
      #expect(try FileSystem.list(folder) == ["target"])
      #expect(try FileSystem.list("\(folder)/target") == ["inner"])
    }
  }

  @Test func foldersAreCreatedWithThoseAboveThem() throws {
    try withTemporaryFolder { (folder) throws in
      try FileSystem.createDirectory("\(folder)/a/b//c/", mode: 0o700)
      try FileSystem.createDirectory("\(folder)/a/b/c", mode: 0o755)
      let status = try #require(try FileSystem.status("\(folder)/a/b/c"))
      #expect(status.kind == .directory)
      #expect(status.mode == 0o700, "one that exists is left as it is")
      try put("x", "\(folder)/file")
      let error = #expect(throws: FileError.self) { try FileSystem.createDirectory("\(folder)/file/d") }
      #expect(error?.path == "\(folder)/file")
    }
  }

  @Test func listingIsSorted() throws {
    try withTemporaryFolder { (folder) throws in
      for name in ["b", "a", "ä", "B", ".hidden", "a.1", "a.10", "a.2"] { try put("", "\(folder)/\(name)") }
      #expect(try FileSystem.list(folder) == [".hidden", "B", "a", "a.1", "a.10", "a.2", "b", "ä"])
      #expect(throws: FileError(path: "\(folder)/no", operation: "opendir", code: ENOENT)) {
        try FileSystem.list("\(folder)/no")
      }
    }
  }

  @Test func removingAFolderDoesNotFollowLinks() throws {
    try withTemporaryFolder { (folder) throws in
      try FileSystem.createDirectory("\(folder)/keep")
      try put("x", "\(folder)/keep/file")
      try FileSystem.createDirectory("\(folder)/go/deep/er")
      try put("x", "\(folder)/go/deep/er/file")
      try #require(symlink("\(folder)/keep", "\(folder)/go/deep/link") == 0)
      try #require(symlink("nowhere", "\(folder)/go/dangling") == 0)
      #expect(try FileSystem.status("\(folder)/go/deep/link")?.kind == .directory)
      #expect(try FileSystem.status("\(folder)/go/deep/link", followLinks: false)?.kind == .link)
      try FileSystem.remove("\(folder)/go")
      #expect(try FileSystem.list(folder) == ["keep"])
      #expect(try FileSystem.list("\(folder)/keep") == ["file"])
      try FileSystem.remove("\(folder)/go")
      try FileSystem.remove("\(folder)/keep/file")
      #expect(try FileSystem.exists("\(folder)/keep/file") == false)
    }
  }

  @Test func absenceIsNotAnErrorButAnUnreadablePathIs() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(try FileSystem.exists("\(folder)/missing") == false)
      try put("", "\(folder)/file")
      #expect(try FileSystem.exists("\(folder)/file") == true)
      #expect(try FileSystem.exists("\(folder)/file/inside") == false)
      let endless = "\(folder)/" + String(repeating: "x", count: 300)
      #expect(throws: FileError(path: endless, operation: "stat", code: ENAMETOOLONG)) {
        try FileSystem.exists(endless)
      }
    }
  }

  @Test func networkDisksAreKnownByTheirNumbers() throws {
    // From linux/magic.h and statfs(2).
    let network: [UInt32] = [0x6969, 0x517B, 0xFE53_4D42, 0xFF53_4D42, 0x6573_5546, 0x0102_1997, 0x00C3_6400]
    for magic in network { #expect(FileSystem.networkFileSystemName(magic: magic) != nil) }
    // ext4, xfs, btrfs, tmpfs, overlay, zfs, proc.
    let local: [UInt32] = [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0x2FC1_2FC1, 0x9FA0]
    for magic in local { #expect(FileSystem.networkFileSystemName(magic: magic) == nil) }
    #expect(try FileSystem.isNetworkFileSystem("/proc") == false)
    #expect(throws: FileError(path: "/no/such", operation: "statfs", code: ENOENT)) {
      try FileSystem.isNetworkFileSystem("/no/such")
    }
  }

  @Test func freeSpaceIsWhatAUserMayUse() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(try FileSystem.freeBytes(folder) > 0)
      #expect(throws: FileError.self) { try FileSystem.freeBytes("\(folder)/missing") }
    }
  }

  @Test func temporaryFoldersArePrivateAndDiffer() throws {
    try withTemporaryFolder { (first) throws in
      try withTemporaryFolder { (second) throws in
        #expect(first != second)
        #expect(try FileSystem.status(first)?.mode == 0o700)
      }
    }
  }

  @Test func aPrivateFolderMustBeOursAlone() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(try FileSystem.privateDirectory("\(folder)/new") == "\(folder)/new")
      #expect(try FileSystem.status("\(folder)/new")?.mode == 0o700)
      #expect(try FileSystem.privateDirectory("\(folder)/new") == "\(folder)/new")
      try #require(chmod("\(folder)/new", 0o750) == 0)
      try #require(symlink("\(folder)/other", "\(folder)/link") == 0)
      try FileSystem.createDirectory("\(folder)/other", mode: 0o700)
      for path in ["\(folder)/new", "\(folder)/link"] {
        let error = #expect(throws: FileError.self) { try FileSystem.privateDirectory(path) }
        #expect(error?.code == EPERM, "\(path)")
      }
    }
  }

  @Test func theRuntimeFolderIsTheUsersOwn() {
    let path = FileSystem.runtimePath
    #expect(path("/run/x", 7, true) == "/run/x/waggle")
    #expect(path("relative", 7, true) == "/run/user/7/waggle")
    #expect(path("", 7, false) == "/tmp/waggle-7")
    #expect(path(nil, 7, true) == "/run/user/7/waggle")
    #expect(path(nil, 7, false) == "/tmp/waggle-7")
  }
}
