import Glibc

/// Which process listens at a TCP port of this host, for the person who has to end it.
public enum PortHolder {
  /// Its process id; nil when it cannot be told, as of another user's process.
  public static func find(port: UInt16) -> Int32? {
    do throws(FileError) {
      for table in ["/proc/net/tcp", "/proc/net/tcp6"] where try FileSystem.exists(table) {
        let text = String(decoding: try FileSystem.read(table, maxBytes: 16 << 20), as: UTF8.self)
        guard let inode = listener(at: port, in: text) else { continue }
        return try holder(ofSocket: inode)
      }
      return nil
    } catch {
      // It only makes a message clearer.
      return nil
    }
  }

  /// The inode of the socket that listens at the port, from a table as proc(5) has it: the second field is
  /// address and port in hexadecimal, the fourth the state (0A listens), the tenth the inode.
  package static func listener(at port: UInt16, in table: String) -> String? {
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: " ")
      guard fields.count > 9, fields[3] == "0A", let digits = fields[1].split(separator: ":").last,
        UInt16(digits, radix: 16) == port
      else { continue }
      return String(fields[9])
    }
    return nil
  }

  /// Whether a descriptor is the socket; one that was closed meanwhile is not.
  private static func holds(_ pid: Int32, _ number: String, _ inode: String) -> Bool {
    do throws(FileError) {
      return try FileSystem.target(ofLink: "/proc/\(pid)/fd/\(number)") == "socket:[\(inode)]"
    } catch {
      return false
    }
  }

  private static func holder(ofSocket inode: String) throws(FileError) -> Int32? {
    for name in try FileSystem.list("/proc") {
      guard let pid = Int32(name) else { continue }
      do throws(FileError) {
        for number in try FileSystem.list("/proc/\(pid)/fd") where holds(pid, number, inode) { return pid }
      } catch {
        // It has ended meanwhile, or is another user's.
        continue
      }
    }
    return nil
  }
}
