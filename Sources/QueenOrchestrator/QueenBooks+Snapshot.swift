import ActorKit
import Governance
import Wire

extension QueenBooks {
  private static let version: UInt16 = 5

  func write(to writer: inout SnapshotWriter) {
    writer.write(Self.version)
    writer.write(state.rawValue)
    writer.write(cause.rawValue)
    writer.write(sinceNanos)
    writer.write(isEnded)
    writer.write(clock != nil)
    if let clock { clock.write(to: &writer) }
    halts.write(to: &writer)
    panics.write(to: &writer)
    writer.write(UInt32(orders.count))
    for order in orders {
      order.scope.write(to: &writer)
      writer.write(order.isPanic)
      order.command.write(to: &writer)
    }
    commands.write(to: &writer)
    writer.write(UInt32(degradations.count))
    for entry in degradations {
      writer.write(entry.component)
      writer.write(entry.atNanos)
    }
    writer.write(UInt32(lost.count))
    for component in lost { writer.write(component) }
    writer.write(interruptions)
    writer.write(UInt32(fences.count))
    for fence in fences {
      writer.write(fence.account)
      writer.write(fence.epoch)
      writer.write(fence.instance)
      writer.write(fence.lineage)
    }
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    let version = try reader.read(UInt16.self)
    guard (1...Self.version).contains(version) else { throw .unknownVersion(version) }
    state = try reader.readChoice("a state of the session")
    cause = try reader.readChoice("a cause")
    sinceNanos = try reader.read()
    // Before version 2 the end of a session was not kept.
    isEnded = version > 1 ? try reader.read(Bool.self) : false
    if try reader.read(Bool.self) { clock = try MarketClock(from: &reader) }
    halts = try HaltRegister(from: &reader)
    // Before version 4 there were no panics.
    panics = version > 3 ? try HaltRegister(from: &reader) : HaltRegister()
    // Before version 5 the commands of panics were not kept.
    if version < 5 {
      orders = panics.scopes.map { LatchedOrder(scope: $0, isPanic: true, command: .none) }
    } else {
      for _ in 0..<(try reader.readCount(atMost: 2 * (HaltRegister.limit + 1))) {
        orders.append(
          LatchedOrder(
            scope: try HaltScope(from: &reader), isPanic: try reader.read(),
            command: try Correlation(from: &reader)))
      }
    }
    commands = try CommandRegister(from: &reader)
    for _ in 0..<(try reader.readCount(atMost: Self.mostDegradations)) {
      let component = try reader.read(UInt16.self)
      degradations.append(Degradation(component: component, atNanos: try reader.read()))
    }
    for _ in 0..<(try reader.readCount(atMost: Int(UInt16.max))) { lost.append(try reader.read()) }
    interruptions = try reader.read()
    for _ in 0..<(try reader.readCount(atMost: Int(UInt16.max))) {
      let account = try reader.read(UInt16.self)
      let epoch = try reader.read(UInt32.self)
      // Before version 3 process and journal were not kept.
      fences.append(
        Fence(
          account: account, epoch: epoch, instance: version > 2 ? try reader.read() : 0,
          lineage: version > 2 ? try reader.read() : 0))
    }
    try reader.finish()
  }
}

extension MarketClock {
  func write(to writer: inout SnapshotWriter) {
    writer.write(marketStartNanos)
    writer.write(wallStartNanos)
    writer.write(speedMilli)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    let market = try reader.read(Int64.self)
    let wall = try reader.read(Int64.self)
    let speed = try reader.read(Int64.self)
    guard (1...Int64(UInt32.max)).contains(speed) else {
      throw .invalid("a market clock's speed of \(speed)")
    }
    guard Self.isPlausible(market), Self.isPlausible(wall) else {
      throw .invalid("a market clock that starts at \(market), wall clock \(wall)")
    }
    self.init(marketStartNanos: market, wallStartNanos: wall, speedMilli: speed)
  }
}

extension SnapshotReader {
  /// A value of an enumeration of the wire; its null value is none.
  mutating func readChoice<Choice: WireEnumeration>(_ what: String) throws(RestoreError) -> Choice
  where Choice.RawValue == UInt8 {
    let raw = try read(UInt8.self)
    guard let choice = Choice(rawValue: raw), choice != .unrecognized else {
      throw .invalid("\(what) of \(raw)")
    }
    return choice
  }

  mutating func readCount(atMost most: Int) throws(RestoreError) -> Int {
    let count = Int(try read(UInt32.self))
    guard count <= most else { throw .invalid("\(count) entries, more than \(most)") }
    return count
  }
}
