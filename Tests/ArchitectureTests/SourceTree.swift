import Foundation

/// The package as it lies on disk.
enum SourceTree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every Swift file under `Sources`, in order of path.
  static let files = read("Sources")

  /// Every Swift file under `Tests`, in order of path.
  static let tests = read("Tests")

  /// What the facts and states of journals are made of; some of it is code.
  static let records = describe("Sources/ActorKit/records.xml")

  private static func describe(_ path: String) -> String {
    do {
      return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    } catch { preconditionFailure("no file \(path): \(error)") }
  }

  private static func read(_ folder: String) -> [SourceFile] {
    let sources = root.appending(path: folder)
    guard let walker = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil) else {
      preconditionFailure("no folder \(sources)")
    }
    var files: [SourceFile] = []
    for case let url as URL in walker where url.pathExtension == "swift" {
      let below = Array(url.pathComponents.dropFirst(sources.pathComponents.count))
      precondition(below.count >= 2, "a file beside the targets: \(url.path())")
      do {
        let text = try String(contentsOf: url, encoding: .utf8)
        files.append(
          SourceFile(target: below[0], path: folder + "/" + below.joined(separator: "/"), text: text))
      } catch {
        preconditionFailure("\(url.path()): \(error)")
      }
    }
    return files.sorted { $0.path < $1.path }
  }

  static let manifest: Manifest = {
    do {
      return Manifest(try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8))
    } catch {
      preconditionFailure("Package.swift: \(error)")
    }
  }()
}
