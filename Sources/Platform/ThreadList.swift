import Glibc

/// The threads of a process, by their ids.
enum ThreadList {
  /// Empty when there is no such process (any more).
  static func of(_ process: Int32) throws(SystemError) -> [Int32] {
    do throws(FileError) {
      return try FileSystem.list("/proc/\(process)/task").compactMap(Int32.init).sorted()
    } catch {
      if error.isMissing || error.code == ESRCH { return [] }
      throw SystemError(operation: "list the threads of process \(process)", code: error.code)
    }
  }
}
