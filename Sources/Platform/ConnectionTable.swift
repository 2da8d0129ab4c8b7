/// How many are connected to a TCP port of this host, as the kernel lists it.
public enum ConnectionTable {
  /// Established connections that were accepted at the port; nil when the kernel does not tell.
  public static func accepted(atPort port: UInt16) -> Int? {
    do throws(FileError) {
      var count = 0
      for table in ["/proc/net/tcp", "/proc/net/tcp6"] where try FileSystem.exists(table) {
        let bytes = try FileSystem.read(table, maxBytes: 16 << 20)
        count += established(at: port, in: String(decoding: bytes, as: UTF8.self))
      }
      return count
    } catch {
      // It only informs.
      return nil
    }
  }

  /// Lines of a table as proc(5) has it: the second field is the local address and port in hexadecimal, the
  /// fourth the state, of which 01 is established.
  package static func established(at port: UInt16, in table: String) -> Int {
    table.split(separator: "\n").dropFirst().count { line in
      let fields = line.split(separator: " ", maxSplits: 4)
      guard fields.count > 3, fields[3] == "01", let digits = fields[1].split(separator: ":").last else {
        return false
      }
      return UInt16(digits, radix: 16) == port
    }
  }
}
