import ActorKit
import Colony
import Platform
import Testing
import Wire

@Suite struct CrashMarkFileTests {
  private static let poison = CrashMark(sender: 4, template: 33, epoch: 2, sequence: 17)
  private static let other = CrashMark(sender: 4, template: 33, epoch: 2, sequence: 18)

  /// Lives once: whether the input was admitted; without `clear` the process died on it.
  private static func live(_ path: String, _ mark: CrashMark, dies: Bool) throws -> Bool {
    let file = try CrashMarkFile(path: path)
    let isAdmitted = file.admit(mark)
    if !dies { file.clear() }
    return isAdmitted
  }

  private static func withPath(_ body: (String) throws -> Void) throws {
    let folder = try FileSystem.temporaryDirectory("waggle-mark")
    defer { #expect(throws: Never.self) { try FileSystem.remove(folder) } }
    try body("\(folder)/toy.mark")
  }

  @Test func anInputIsRefusedAfterTwoDeathsOnIt() throws {
    try Self.withPath { path in
      try #expect(Self.live(path, Self.poison, dies: true))
      try #expect(Self.live(path, Self.poison, dies: true))
      try #expect(!Self.live(path, Self.poison, dies: false))
      try #expect(!Self.live(path, Self.poison, dies: false), "refused from then on")
      try #expect(Self.live(path, Self.other, dies: false), "others are not")
    }
  }

  @Test func oneDeathIsNotEnough() throws {
    try Self.withPath { path in
      try #expect(Self.live(path, Self.poison, dies: true))
      try #expect(Self.live(path, Self.poison, dies: false))
      try #expect(Self.live(path, Self.poison, dies: false))
    }
  }

  @Test func deathsOnDifferentInputsDoNotAddUp() throws {
    try Self.withPath { path in
      for _ in 0..<4 {
        try #expect(Self.live(path, Self.poison, dies: true))
        try #expect(Self.live(path, Self.other, dies: true))
      }
    }
  }

  @Test func aFileOfAnyBytesIsReadWithoutHarm() throws {
    try Self.withPath { path in
      try FileSystem.write([UInt8](repeating: 0xFF, count: 48), to: path)
      try #expect(Self.live(path, Self.poison, dies: false))
    }
  }
}
