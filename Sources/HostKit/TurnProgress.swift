import ActorKit
import Wire

/// Where the present turn stands, and what the last one left for it.
struct TurnProgress {
  var now = Instant(boot: 0, wall: 0, market: 0)
  /// Whether the timers have had their turn.
  var hasMinded = false
  /// News for the core that arose while sending; handed over in the next turn.
  var news: [LinkEvent] = []
  /// Whether the core has news that it has not concluded on.
  var owesTurn = false
  /// The state in the last beat for a change of state.
  var toldState: ComponentState?
  var rowAtSnapshot: Int64 = 0
  /// What the driver last told of the process.
  var usage: ProcessFigures?
}
