import JSON5
import Trading

/// A colony as one file describes it: what is traded, by which processes, where they run, what they may do.
///
/// ```json5
/// {
///   format: 2,                          // TopologyFormat
///   colony: "paper",                    // 1 to 32 of a-z 0-9 -; names the folder of its runs
///   session: {…},                       // Session
///   durability: "process",              // Durability, default "process"
///   hosts: { local: {…} },              // Host
///   instruments: { "BTCUSDT.SIM": {…} },  // Trading.Instrument; keys in Instrument+Reading.swift
///   accounts: { main: {…} },            // Account
///   limits: { main: {…} },              // Limits, by account
///   components: { venue: {…}, … },      // Component and its role
///   restart: {…},                       // RestartIntensity
///   schedule: {},                       // reserved; must be empty
///   security: {…},                      // Security
/// }
/// ```
/// A value of this type has passed every `Check`: names resolve, numbers and endpoints are unique, each
/// account has one executor, one risk owner and limits. Everything is sorted, so equal files give equal
/// values and equal iteration orders.
public struct Topology: Sendable, Equatable {
  public let colony: String
  public internal(set) var session: Session
  public let durability: Durability
  /// By name.
  public let hosts: [Host]
  /// By number.
  public let instruments: [Instrument]
  /// By number.
  public let accounts: [Account]
  /// By account name; one for each account.
  public let limits: [Limits]
  /// By number.
  public internal(set) var components: [Component]
  public let restart: RestartIntensity
  public let security: Security
  /// FNV-1a, 64 bits, of the file's UTF-8 bytes: processes of one colony compare it when they meet. It finds
  /// accidents, not forgeries.
  public let fingerprint: UInt64
  /// What was noticed but does not refuse the file, in the order of the text.
  public let warnings: [Problem]

  /// Reads and checks the text of a topology file. Every mistake is found in one run.
  public static func load(
    text: String, environment: TopologyEnvironment = TopologyEnvironment()
  ) throws(TopologyProblems) -> Topology {
    let root: SyntaxNode
    do throws(SyntaxError) { root = try JSON5Reader.read(text) } catch { throw TopologyProblems(error) }
    return try TopologyDraft(root, environment).topology(fingerprint: fnv1a(text.utf8))
  }

  /// The same for the bytes of a file, which must be UTF-8.
  public static func load(
    bytes: [UInt8], environment: TopologyEnvironment = TopologyEnvironment()
  ) throws(TopologyProblems) -> Topology {
    let root: SyntaxNode
    do throws(SyntaxError) { root = try JSON5Reader.read(bytes: bytes) } catch {
      throw TopologyProblems(error)
    }
    return try TopologyDraft(root, environment).topology(fingerprint: fnv1a(bytes))
  }

  /// FNV-1a, 64 bits (draft-eastlake-fnv, section 2).
  package static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

extension TopologyProblems {
  init(_ error: SyntaxError) {
    self.init([
      Problem(.syntax, at: error.place, path: "", "expected \(error.expected), found \(error.found)")
    ])
  }
}
