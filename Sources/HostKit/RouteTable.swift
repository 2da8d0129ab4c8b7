import Wire

/// The callers of a control port, as handles a core can keep: ZeroMQ's routing ids, bounded.
///
/// Bound: `capacity` callers; the one longest unheard gives way. A handle that has given way answers nobody.
package struct RouteTable {
  package struct Route {
    package var handle: UInt32
    package var identity: [UInt8]
    /// A REQ peer expects an empty frame before the body.
    package var isDelimited: Bool
    package var lastUse: UInt64
    /// A session runs over it: it does not give way.
    package var isPinned = false
  }

  package static let capacity = 1_024

  /// The name a component's sessions go by at a control port.
  package static func sessionName(of component: UInt16) -> [UInt8] { Array("waggle-\(component)".utf8) }

  private var routes: [Route] = []
  private var nextHandle: UInt32 = 1
  private var clock: UInt64 = 0

  package init() {}

  /// The handle of a caller, known or new.
  package mutating func handle(for identity: RawSpan, isDelimited: Bool) -> UInt32 {
    clock += 1
    for index in routes.indices where identity.equals(routes[index].identity) {
      routes[index].lastUse = clock
      routes[index].isDelimited = isDelimited
      return routes[index].handle
    }
    let route = Route(
      handle: nextHandle, identity: identity.copiedBytes(), isDelimited: isDelimited, lastUse: clock)
    // 0 means no route; after 4 billion callers the numbers begin again, long after the old ones gave way.
    nextHandle = nextHandle == .max ? 1 : nextHandle + 1
    if routes.count < Self.capacity {
      routes.append(route)
    } else {
      routes[oldestUnpinned] = route
    }
    return route.handle
  }

  /// Keeps a route for a session, and lets go of the one it had before.
  package mutating func pin(_ handle: UInt32, insteadOf former: UInt32) {
    for index in routes.indices where routes[index].handle == former { routes[index].isPinned = false }
    for index in routes.indices where routes[index].handle == handle { routes[index].isPinned = true }
  }

  private var oldestUnpinned: Int {
    let unpinned = routes.indices.filter { !routes[$0].isPinned }
    guard let oldest = unpinned.min(by: { routes[$0].lastUse < routes[$1].lastUse }) else {
      preconditionFailure("\(routes.count) sessions fill the route table")
    }
    return oldest
  }

  /// The caller behind a handle, unless it has given way.
  package func route(_ handle: UInt32) -> Route? { routes.first { $0.handle == handle } }
}
