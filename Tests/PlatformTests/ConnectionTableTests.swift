import Platform
import Testing

@Suite struct ConnectionTableTests {
  private static let table = """
      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
       0: 0100007F:164F 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1
       1: 0100007F:164F 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 2 1
       2: 0100007F:9C40 0100007F:164F 01 00000000:00000000 00:00000000 00000000  1000        0 3 1
       3: 0100007F:164F 0100007F:9C41 06 00000000:00000000 00:00000000 00000000  1000        0 4 1
       4: 0100007F:164F 0100007F:9C42 01 00000000:00000000 00:00000000 00000000  1000        0 5 1
       broken
       5: nonsense 0100007F:9C42 01
    """

  @Test(
    "Only accepted connections that stand are counted, not the other end, the listener or what is closing")
  func counting() {
    #expect(ConnectionTable.established(at: 5711, in: Self.table) == 2)
    #expect(ConnectionTable.established(at: 40_000, in: Self.table) == 1)
    #expect(ConnectionTable.established(at: 1, in: Self.table) == 0)
    #expect(ConnectionTable.established(at: 5711, in: "") == 0)
  }
}
