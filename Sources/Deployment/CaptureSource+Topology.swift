import ActorKit
import Captures
import Topology

extension CaptureSource {
  /// The recording a venue replays; nil if its market is not recorded.
  public convenience init?(
    _ component: Component, in topology: Topology, capturesFolder: String
  ) throws(DeviceError) {
    guard case .venue(let role) = component.role, case .capture(let market) = role.market else { return nil }
    let instruments = topology.instruments(of: component)
    guard instruments.count == 1, let instrument = instruments.first else {
      throw DeviceError(
        "'\(component.name)' replays a recording of one instrument, but lists \(instruments.count);"
          + " give each recording a venue of its own")
    }
    let paths = market.files.map { $0.hasPrefix("/") ? $0 : "\(capturesFolder)/\($0)" }
    try self.init(paths: paths, instrument: instrument)
  }
}
