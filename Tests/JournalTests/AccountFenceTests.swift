import JournalTestKit
import Foundation
import Journal
import Testing

@Suite struct AccountFenceTests {
  @Test func oneHolderAtATime() throws {
    let folder = try JournalFolder()
    let path = AccountFence.path(
      folder: folder.url.path(percentEncoded: false), venue: "BINANCE", account: "a")
    #expect(path.hasSuffix("/BINANCE-a.fence"))
    let first = FenceHolder(processID: getpid(), runFolder: "var/live/7 = seven", sinceNanos: 77)
    do {
      let fence = try AccountFence.take(path: path, holder: first)
      let refused = try error { () throws(AccountFenceError) in
        _ = try AccountFence.take(
          path: fence.path, holder: FenceHolder(processID: 2, runFolder: "", sinceNanos: 0))
      }
      #expect(refused == .heldByAnother(path: path, holder: first))
      #expect(refused.description.contains("var/live/7 = seven"))
    }
    _ = try AccountFence.take(path: path, holder: FenceHolder(processID: 3, runFolder: "r", sinceNanos: 1))
  }

  @Test func anUnreadableNoteStillRefuses() throws {
    let folder = try JournalFolder()
    let path = folder.path("x.fence")
    let fence = try AccountFence.take(
      path: path, holder: FenceHolder(processID: 1, runFolder: "r", sinceNanos: 1))
    try write(Array("pid=many\n".utf8), to: path + ".holder")
    let refused = try error { () throws(AccountFenceError) in
      _ = try AccountFence.take(
        path: fence.path, holder: FenceHolder(processID: 2, runFolder: "", sinceNanos: 0))
    }
    #expect(refused == .heldByAnother(path: path, holder: nil))
  }

  @Test func otherFilesAreNotFences() throws {
    let folder = try JournalFolder()
    try write(Array(String(repeating: "text\n", count: 300).utf8), to: folder.path("text.fence"))
    try writeRows(1, to: folder.path("journal.fence"))
    for name in ["text.fence", "journal.fence"] {
      let refused = try error { () throws(AccountFenceError) in
        _ = try AccountFence.take(
          path: folder.path(name), holder: FenceHolder(processID: 2, runFolder: "", sinceNanos: 0))
      }
      guard case .notAFence = refused else {
        Issue.record("\(name): \(refused)")
        continue
      }
    }
    let refused = try error { () throws(AccountFenceError) in
      _ = try AccountFence.take(
        path: "/proc/no/x.fence", holder: FenceHolder(processID: 2, runFolder: "", sinceNanos: 0))
    }
    guard case .unwritable = refused else {
      Issue.record("\(refused)")
      return
    }
  }
}
