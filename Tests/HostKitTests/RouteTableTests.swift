import HostKit
import Testing

@Suite struct RouteTableTests {
  private static func identity(_ number: Int) -> [UInt8] { Array("peer-\(number)".utf8) }

  private static func handle(_ table: inout RouteTable, _ number: Int, isDelimited: Bool = false) -> UInt32 {
    table.handle(for: identity(number).span.bytes, isDelimited: isDelimited)
  }

  @Test func aCallerKeepsItsHandleAndNoneIsZero() {
    var table = RouteTable()
    let first = Self.handle(&table, 1)
    let second = Self.handle(&table, 2)
    #expect(first != 0 && second != 0 && first != second)
    #expect(Self.handle(&table, 1, isDelimited: true) == first)
    #expect(table.route(first)?.identity == Self.identity(1))
    #expect(table.route(first)?.isDelimited == true)
    #expect(table.route(0) == nil)
  }

  @Test func theCallerLongestUnheardGivesWay() {
    var table = RouteTable()
    let handles = (0..<RouteTable.capacity).map { Self.handle(&table, $0) }
    _ = Self.handle(&table, 0)
    let newcomer = Self.handle(&table, 9_999)
    #expect(table.route(handles[0]) != nil)
    #expect(table.route(handles[1]) == nil)
    #expect(table.route(newcomer) != nil)
    #expect(!handles.contains(newcomer), "a handle that has given way never means somebody else")
  }

  @Test func aFloodOfCallersDoesNotPushASessionOut() {
    var table = RouteTable()
    let former = Self.handle(&table, -1)
    let session = Self.handle(&table, 0)
    table.pin(former, insteadOf: 0)
    table.pin(session, insteadOf: former)
    for number in 1...3 * RouteTable.capacity { _ = Self.handle(&table, number) }
    #expect(table.route(session)?.identity == Self.identity(0))
    #expect(table.route(former) == nil)
  }
}
