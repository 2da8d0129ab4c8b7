import Platform

/// Where the file goes that holds the least that still breaks a rule. It never takes the place of another:
/// that may be what somebody looks for, or the file that this run was made with.
package struct SeedSmallFile {
  /// Bound of the names that are tried.
  private static let mostNames = 1_000

  private let folder: String
  private let seed: UInt64

  package init(seed: UInt64, in folder: String = ".") {
    self.folder = folder
    self.seed = seed
  }

  /// `seed-N.faults.json5`, else `seed-N.2.faults.json5` and so on. Gives the path it was written to.
  package func write(_ text: String) throws(FileError) -> String {
    for number in 1...Self.mostNames {
      let name = number == 1 ? "seed-\(seed).faults.json5" : "seed-\(seed).\(number).faults.json5"
      let path = folder == "." ? name : "\(folder)/\(name)"
      guard try FileSystem.status(path, followLinks: false) == nil else { continue }
      try FileSystem.write(Array(text.utf8), to: path)
      return path
    }
    throw FileError(path: folder, operation: "finding a free name seed-\(seed).*.faults.json5", code: 17)
  }

  /// Whether a file can be made in the folder of `path`, and `path` itself is none: nil, or why not.
  package static func problem(writing path: String) -> FileError? {
    do throws(FileError) {
      if let status = try FileSystem.status(path), status.kind == .directory {
        return FileError(path: path, operation: "write to a folder", code: 21)
      }
      let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
      let folder = slash.map { String(path[...$0]) } ?? ""
      let probe = "\(folder).waggle-seeds.\(ProcessStats.ownPID)"
      try FileSystem.write([], to: probe)
      try FileSystem.remove(probe)
      return nil
    } catch {
      // Of the path that was asked for, not of the file that tries it.
      return FileError(path: path, operation: error.operation, code: error.code)
    }
  }
}
