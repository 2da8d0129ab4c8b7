import Platform
import Topology

/// The words a component's program is started with.
public struct ComponentArguments: Sendable {
  public private(set) var topologyPath = ""
  public private(set) var component = ""
  public private(set) var runFolder = ""
  public private(set) var overrides = Topology.Overrides()
  /// Whether what arrives is kept for `waggle rerun`, and in how large a file at most.
  public private(set) var keepsArrivals = false
  public private(set) var arrivalsMegabytes = ArrivalsFile.defaultMegabytes

  static let maxTopologyBytes = 4 << 20
  /// A terabyte, beyond which a number is a mistake.
  package static let maxArrivalsMegabytes: Int64 = 1 << 20

  public init(_ words: [String], kind: Component.Kind) throws(ProgramFailure) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--keep-arrivals" {
        keepsArrivals = true
        continue
      }
      guard let value = rest.popFirst() else { throw .usage("\(word) needs a value. \(Self.usage(kind))") }
      switch word {
      case "--topology": topologyPath = value
      case "--component": component = value
      case "--run": runFolder = value
      case "--port-base": overrides.portBase = try Self.number(word, value)
      case "--data": overrides.captureFiles.append(value)
      case "--seed": overrides.seed = try Self.number(word, value)
      case "--speed":
        guard let speed = Double(value) else { throw .usage("--speed \(value) is not a number") }
        overrides.speed = speed
      case "--arrivals-megabytes":
        arrivalsMegabytes = try Self.number(word, value)
        guard (1...Self.maxArrivalsMegabytes).contains(arrivalsMegabytes) else {
          throw .usage("--arrivals-megabytes \(value) is not within 1 to \(Self.maxArrivalsMegabytes)")
        }
      default: throw .usage("unknown option \(word). \(Self.usage(kind))")
      }
    }
    guard !topologyPath.isEmpty, !component.isEmpty, !runFolder.isEmpty else {
      throw .usage(Self.usage(kind))
    }
  }

  static func usage(_ kind: Component.Kind) -> String {
    """
    Usage: waggle-\(kind.rawValue) --topology FILE --component NAME --run FOLDER \
    [--port-base N] [--data FILE]... [--seed N] [--speed N] \
    [--keep-arrivals] [--arrivals-megabytes N]
    """
  }

  private static func number<T: FixedWidthInteger>(_ word: String, _ value: String) throws(ProgramFailure)
    -> T
  {
    guard let number = T(value) else { throw .usage("\(word) \(value) is not a whole number in range") }
    return number
  }

  /// The topology with the overrides applied, checked once more: a program started by hand trusts nobody.
  package func loadTopology() throws(ProgramFailure) -> Topology {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileSystem.read(topologyPath, maxBytes: Self.maxTopologyBytes)
    } catch {
      throw .configuration("\(error)")
    }
    let topology: Topology
    do throws(TopologyProblems) { topology = try Topology.load(bytes: bytes) } catch {
      throw .configuration("\(topologyPath):\n\(error)")
    }
    do throws(OverrideError) { return try topology.applying(overrides) } catch { throw .usage("\(error)") }
  }
}
