import ActorKit
import HostKit
import Wire

/// The sockets of all programs and what lies between them, with the manners of ZeroMQ over TCP.
///
/// A connection keeps its order and loses nothing while it stands; what is under way is lost when it breaks.
/// A publisher drops for a subscriber that does not keep up. A caller without a connection, or with a full
/// queue, is told so at once. The plan's faults come on top: they belong to the line between two nodes, one
/// way.
package struct SimulatedNetwork {
  /// How badly a line carries, one way.
  package struct Line {
    /// Nothing passes; what was sent waits.
    package var isCut = false
    /// Connections break at once when it is cut, and none is made.
    package var resets = false
    package var delayNanos: Int64 = 0
    /// Of each frame, in millionths.
    package var lostPPM: UInt64 = 0
    package var duplicatedPPM: UInt64 = 0
    package var overtakenPPM: UInt64 = 0
  }

  private(set) var connections: [SimulatedConnection] = []
  private var lines: [Line]
  private let nodeCount: Int
  /// Connections by their ends: subscribers of a publisher, links of a client, callers of a server.
  private var subscribers: [[Int]]
  private var links: [[Int]]
  private var callers: [[Int]]
  private var isAlive: [Bool]
  private var random: SampleRandom
  /// What was lost, dropped, doubled and overtaken, by fault.
  package private(set) var counts = NetworkCounts()

  /// A line without faults needs so long, plus up to as much again.
  static let latencyNanos: Int64 = 60 * .nanosPerMicro
  /// Across a line that carries nothing a connection is given up after this (ZMQ_HEARTBEAT_TIMEOUT).
  package static let silenceNanos: Int64 = 4 * .nanosPerSecond

  package init(nodeCount: Int, seed: UInt64) {
    self.nodeCount = nodeCount
    lines = Array(repeating: Line(), count: nodeCount * nodeCount)
    subscribers = Array(repeating: [], count: nodeCount)
    links = Array(repeating: [], count: nodeCount)
    callers = Array(repeating: [], count: nodeCount)
    isAlive = Array(repeating: false, count: nodeCount)
    random = SampleRandom(seed: seed)
  }

  // MARK: Building

  mutating func addStream(client: Int, server: Int, isMarket: Bool, prefixes: [[UInt8]]) {
    subscribers[server].append(connections.count)
    connections.append(
      SimulatedConnection(
        client: client, server: server, kind: .stream(isMarket: isMarket, prefixes: prefixes)))
  }

  /// The client's links must be added in the order of their indices.
  package mutating func addCall(client: Int, server: Int) {
    callers[server].append(connections.count)
    links[client].append(connections.count)
    connections.append(
      SimulatedConnection(client: client, server: server, kind: .call(link: links[client].count - 1)))
  }

  // MARK: Lives

  /// A node's program has opened its sockets; `identities` are what it calls itself over each link.
  package mutating func open(
    _ node: Int, identities: [[UInt8]], at now: Int64, _ agenda: inout Agenda<Happening>
  ) {
    isAlive[node] = true
    for (link, identity) in zip(links[node], identities) { connections[link].identity = identity }
    for index in connections.indices where touches(index, node) {
      connections[index].retryNanos = SimulatedConnection.firstRetryNanos
      attempt(index, at: now, &agenda)
    }
  }

  /// A node's program is gone. What it had sent may still arrive: up to a moment that chance decides, or all
  /// of it, because its machine goes on sending what it was given, also what waits for a line to heal.
  mutating func close(_ node: Int, at now: Int64, _ agenda: inout Agenda<Happening>) {
    isAlive[node] = false
    for index in connections.indices where touches(index, node) {
      let isGiven = random.next() % 2 == 0
      let grace = isGiven ? .max : now + Int64(random.next() % 500_000)
      let toServer = connections[index].client == node
      let stalled = isGiven ? connections[index][toServer: toServer].stalled : []
      let wasUp = connections[index].isUp
      sever(index, at: now, &agenda)
      guard wasUp else { continue }
      connections[index].formerIdentity = connections[index].identity
      connections[index][toServer: toServer].formerArrivesUntil = grace
      connections[index][toServer: toServer].orphans = stalled
    }
  }

  private func touches(_ index: Int, _ node: Int) -> Bool {
    connections[index].client == node || connections[index].server == node
  }

  private mutating func sever(_ index: Int, at now: Int64, _ agenda: inout Agenda<Happening>) {
    guard connections[index].isUp else { return }
    connections[index].isUp = false
    connections[index].generation += 1
    for way in [true, false] { connections[index][toServer: way] = SimulatedConnection.Way() }
    connections[index].retryNanos = SimulatedConnection.firstRetryNanos
    attempt(index, at: now, &agenda)
  }

  private mutating func attempt(_ index: Int, at now: Int64, _ agenda: inout Agenda<Happening>) {
    guard !connections[index].isUp, !connections[index].isTrying else { return }
    connections[index].isTrying = true
    let pause = connections[index].retryNanos
    connections[index].retryNanos = min(2 * pause, SimulatedConnection.lastRetryNanos)
    agenda.add(.attempt(connection: index), at: now + pause / 2 + Int64(random.next() % UInt64(pause)))
  }

  /// An attempt to connect: it succeeds if both ends live and nothing is between them.
  package mutating func takeAttempt(_ index: Int, at now: Int64, _ agenda: inout Agenda<Happening>) {
    connections[index].isTrying = false
    let (client, server) = (connections[index].client, connections[index].server)
    guard isAlive[client] else { return }
    guard isAlive[server], !line(client, server).isCut, !line(server, client).isCut else {
      return attempt(index, at: now, &agenda)
    }
    connections[index].isUp = true
    connections[index].retryNanos = SimulatedConnection.firstRetryNanos
  }
}

// MARK: - Sending

extension SimulatedNetwork {
  /// To all subscribers of a topic.
  mutating func publish(
    _ topic: Topic, _ frame: [UInt8], from node: Int, at now: Int64, _ agenda: inout Agenda<Happening>
  ) {
    let name = topic.bytes.copiedBytes()
    for index in subscribers[node] where connections[index].isUp && connections[index].carries(name) {
      let parcel = SimulatedConnection.Parcel(topic: topic, frame: frame)
      if !carry(parcel, index, toServer: false, at: now, &agenda) { counts.overflows += 1 }
    }
  }

  /// Over a link; a caller learns only that it cannot send now.
  package mutating func call(
    link: Int, of node: Int, _ frame: [UInt8], at now: Int64, _ agenda: inout Agenda<Happening>
  ) -> NotSent? {
    let index = links[node][link]
    let parcel = SimulatedConnection.Parcel(topic: nil, frame: frame)
    guard connections[index].isUp, carry(parcel, index, toServer: true, at: now, &agenda) else {
      counts.refusals += 1
      return .backPressured
    }
    return nil
  }

  /// What became of an answer.
  enum Answering {
    case sent(client: Int)
    case refused(NotSent)
  }

  /// Who is at the other end of a link.
  func server(link: Int, of node: Int) -> Int { connections[links[node][link]].server }

  /// To the caller of that name.
  mutating func answer(
    _ identity: [UInt8], from node: Int, _ frame: [UInt8], at now: Int64, _ agenda: inout Agenda<Happening>
  ) -> Answering {
    guard
      let index = callers[node].first(where: {
        connections[$0].isUp && connections[$0].identity == identity
      })
    else { return .refused(.noPeer) }
    let parcel = SimulatedConnection.Parcel(topic: nil, frame: frame)
    guard carry(parcel, index, toServer: false, at: now, &agenda) else {
      counts.refusals += 1
      return .refused(.backPressured)
    }
    return .sent(client: connections[index].client)
  }

  /// False when the queue is full.
  private mutating func carry(
    _ parcel: SimulatedConnection.Parcel, _ index: Int, toServer: Bool, at now: Int64,
    _ agenda: inout Agenda<Happening>
  ) -> Bool {
    let line = line(of: index, toServer: toServer)
    guard connections[index][toServer: toServer].waiting < connections[index].highWaterMark else {
      return false
    }
    if strikes(line.lostPPM) {
      counts.lost += 1
      return true
    }
    hold(index, toServer, by: 1)
    guard !line.isCut else {
      counts.stalled += 1
      connections[index][toServer: toServer].stalled.append(parcel)
      return true
    }
    send(parcel, index, toServer: toServer, line, at: now, &agenda)
    if strikes(line.duplicatedPPM) {
      counts.duplicated += 1
      hold(index, toServer, by: 1)
      let later = now + Int64(random.next() % UInt64(20 * Int64.nanosPerMilli))
      send(parcel, index, toServer: toServer, line, at: later, &agenda)
    }
    return true
  }

  private mutating func send(
    _ parcel: SimulatedConnection.Parcel, _ index: Int, toServer: Bool, _ line: Line, at now: Int64,
    _ agenda: inout Agenda<Happening>
  ) {
    var arrival = now + Self.latencyNanos + Int64(random.next() % UInt64(Self.latencyNanos)) + line.delayNanos
    if strikes(line.overtakenPPM) {
      // The others do not wait for it.
      counts.overtaken += 1
      arrival += Int64(random.next() % UInt64(20 * Int64.nanosPerMilli))
    } else {
      arrival = max(arrival, connections[index][toServer: toServer].lastArrival)
      connections[index][toServer: toServer].lastArrival = arrival
    }
    agenda.add(
      .arrival(
        connection: index, toServer: toServer, generation: connections[index].generation, parcel),
      at: arrival)
  }

  private mutating func hold(_ index: Int, _ toServer: Bool, by count: Int) {
    connections[index][toServer: toServer].waiting += count
  }

  private mutating func strikes(_ ppm: UInt64) -> Bool { ppm > 0 && random.next() % 1_000_000 < ppm }

  /// Whether what arrives is still wanted: its connection stands, or its sender died a moment ago.
  package func isWanted(_ index: Int, toServer: Bool, generation: UInt32, at now: Int64) -> Bool {
    let connection = connections[index]
    guard isAlive[toServer ? connection.server : connection.client] else { return false }
    if generation == connection.generation { return connection.isUp }
    let way = connection[toServer: toServer]
    return generation + 1 == connection.generation && now <= way.formerArrivesUntil
  }

  /// The receiver has taken a frame of a generation from its queue.
  package mutating func noteTaken(_ index: Int, toServer: Bool, generation: UInt32) {
    guard generation == connections[index].generation else { return }
    hold(index, toServer, by: -1)
  }
}

// MARK: - Lines

extension SimulatedNetwork {
  private func line(_ from: Int, _ to: Int) -> Line { lines[from * nodeCount + to] }

  private func line(of index: Int, toServer: Bool) -> Line {
    let connection = connections[index]
    return toServer ? line(connection.client, connection.server) : line(connection.server, connection.client)
  }

  /// Changes how a line carries, one way. What waited leaves when it carries again.
  package mutating func change(
    from: Int, to: Int, at now: Int64, _ agenda: inout Agenda<Happening>, _ body: (inout Line) -> Void
  ) {
    let before = line(from, to)
    body(&lines[from * nodeCount + to])
    let after = line(from, to)
    guard before.isCut != after.isCut else { return }
    for index in connections.indices {
      let (client, server) = (connections[index].client, connections[index].server)
      guard (client, server) == (from, to) || (client, server) == (to, from) else { continue }
      if after.isCut, after.resets { connections[index][toServer: client == from].orphans = [] }
      if !after.isCut { releaseOrphans(index, toServer: client == from, after, at: now, &agenda) }
      guard connections[index].isUp else { continue }
      if !after.isCut {
        release(index, toServer: client == from, after, at: now, &agenda)
      } else if after.resets {
        sever(index, at: now, &agenda)
      } else {
        agenda.add(
          .givingUp(connection: index, generation: connections[index].generation),
          at: now + Self.silenceNanos)
      }
    }
  }

  private mutating func release(
    _ index: Int, toServer: Bool, _ line: Line, at now: Int64, _ agenda: inout Agenda<Happening>
  ) {
    let stalled = connections[index][toServer: toServer].stalled
    connections[index][toServer: toServer].stalled = []
    for parcel in stalled { send(parcel, index, toServer: toServer, line, at: now, &agenda) }
  }

  /// What a program left behind that has died since leaves its machine now.
  private mutating func releaseOrphans(
    _ index: Int, toServer: Bool, _ line: Line, at now: Int64, _ agenda: inout Agenda<Happening>
  ) {
    let orphans = connections[index][toServer: toServer].orphans
    guard !orphans.isEmpty, connections[index].generation > 0 else { return }
    connections[index][toServer: toServer].orphans = []
    for parcel in orphans {
      let arrival = now + Self.latencyNanos + line.delayNanos
      agenda.add(
        .arrival(
          connection: index, toServer: toServer, generation: connections[index].generation - 1, parcel),
        at: arrival)
    }
  }

  /// A connection is broken when a line has carried nothing for too long.
  package mutating func giveUp(
    _ index: Int, generation: UInt32, at now: Int64, _ agenda: inout Agenda<Happening>
  ) {
    guard connections[index].isUp, connections[index].generation == generation else { return }
    let (client, server) = (connections[index].client, connections[index].server)
    guard line(client, server).isCut || line(server, client).isCut else { return }
    sever(index, at: now, &agenda)
  }
}

/// What the network did to frames, by what it was.
public struct NetworkCounts: Equatable, Sendable {
  public var lost = 0
  public var duplicated = 0
  public var overtaken = 0
  /// Kept by a cut until it healed, or lost with the connection.
  public var stalled = 0
  /// Published to a full queue, and dropped.
  public var overflows = 0
  /// Calls and answers that found no connection or a full queue.
  public var refusals = 0
}
