import Platform
import Testing

/// Files of this package and of the recordings beside it.
enum PackageFiles {
  /// The package's folder.
  static let root: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/")
  }()

  static func topology(_ name: String) -> String { name.hasPrefix("/") ? name : "\(root)/topology/\(name)" }

  /// The two recordings that `topology/replay-binance-spot.json5` names, from WAGGLE_DATA or
  /// `../shared/data`;
  /// nil, said in the output, when they are not there. In CI that is a failure.
  static func recordings() throws -> [String]? {
    let folder = Environment.value("WAGGLE_DATA") ?? "\(root)/../shared/data"
    let names = ["spot_btcusdt_20240808.gz", "spot_btcusdt_20240809.gz"]
    let paths = names.map { "\(folder)/hftbacktest/\($0)" }
    guard let missing = try paths.first(where: { try !FileSystem.exists($0) }) else { return paths }
    let message = "\(missing) is missing; set WAGGLE_DATA to the folder of shared data"
    if Environment.value("CI") == "true" { Issue.record("\(message)") }
    print("skipped: \(message)")
    return nil
  }

  /// The Python with the package `sbe`; nil, said in the output, when it or one of these modules is not
  /// there.
  static func python(with modules: String...) async throws -> String? {
    let python = Environment.value("WAGGLE_PYTHON") ?? "\(root)/.build/python/bin/python3"
    if try FileSystem.exists(python) {
      let child = try ChildProcess(
        [python, "-c", "import \(modules.joined(separator: ", "))"], output: .discard)
      if await Programs.end(of: child, forSeconds: 60) == .exited(code: 0) { return python }
    }
    print("skipped: no Python with \(modules.joined(separator: " and ")) at \(python)")
    return nil
  }
}
