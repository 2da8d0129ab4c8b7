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

  /// Whether this process listens at a port; no where it cannot be told.
  public static func isHeld(port: UInt16, by pid: Int32) -> Bool {
    ["/proc/net/tcp", "/proc/net/tcp6"].contains { isHeld(in: $0, by: pid) { listener(at: port, in: $0) } }
  }

  /// Whether this process listens at a Unix socket; no where it cannot be told.
  public static func isHeld(socketPath path: String, by pid: Int32) -> Bool {
    isHeld(in: "/proc/net/unix", by: pid) { listener(atPath: path, in: $0) }
  }

  private static func isHeld(in table: String, by pid: Int32, _ listener: (String) -> String?) -> Bool {
    do throws(FileError) {
      guard try FileSystem.exists(table) else { return false }
      let text = String(decoding: try FileSystem.read(table, maxBytes: 16 << 20), as: UTF8.self)
      guard let inode = listener(text) else { return false }
      return try FileSystem.list("/proc/\(pid)/fd").contains { holds(pid, $0, inode) }
    } catch {
      // Who is not proven to hold it is not believed.
      return false
    }
  }

  /// The inode of the socket that listens at a path, from the table of Unix sockets: the fourth field has the
  /// flag of one that listens (10000), the seventh is the inode, the eighth the path.
  package static func listener(atPath path: String, in table: String) -> String? {
    for line in table.split(separator: "\n").dropFirst() where line.hasSuffix(path) {
      let fields = line.split(separator: " ", maxSplits: 7)
      guard fields.count == 8, fields[7] == path,
        UInt32(fields[3], radix: 16).map({ $0 & 0x1_0000 }) ?? 0 != 0
      else { continue }
      return String(fields[6])
    }
    return nil
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
