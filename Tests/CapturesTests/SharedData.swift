import Foundation
import Testing

/// Real recordings, kept beside the package (`../shared/data`) or where WAGGLE_DATA says.
enum SharedData {
  private static let folder: URL = {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["WAGGLE_DATA"] { return URL(filePath: path) }
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.deletingLastPathComponent().appending(path: "shared/data")
  }()

  /// The paths of recordings; nil, said once in the output, when they are not there. In CI that is a failure.
  static func captures(_ names: String...) -> [String]? {
    let paths = names.map { folder.appending(path: "hftbacktest/\($0)").path(percentEncoded: false) }
    guard let missing = paths.first(where: { !FileManager.default.fileExists(atPath: $0) }) else {
      return paths
    }
    if ProcessInfo.processInfo.environment["CI"] == "true" {
      Issue.record("\(missing) is missing; set WAGGLE_DATA to the folder of shared data")
    } else {
      print("skipped: \(missing) is missing; set WAGGLE_DATA to the folder of shared data")
    }
    return nil
  }
}

/// A folder of its own for each test, removed at the end.
final class CaptureFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "waggle-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      Issue.record("the test folder stays behind: \(error)")
    }
  }

  /// A capture of these lines.
  func file(_ name: String, _ lines: [String]) throws -> String {
    try file(name, Data((lines.joined(separator: "\n") + "\n").utf8))
  }

  func file(_ name: String, _ data: Data) throws -> String {
    let target = url.appending(path: name)
    try data.write(to: target)
    return target.path(percentEncoded: false)
  }
}
