import CLinux
import Glibc

/// The two C structures that tell `posix_spawn` what to do between the fork and the exec.
@safe struct SpawnRequest: ~Copyable {
  private var actions = unsafe posix_spawn_file_actions_t()
  private var attributes = posix_spawnattr_t()
  /// Open until the child is started, which gets a copy.
  private let log: Descriptor?

  init(
    log: consuming Descriptor?, workingDirectory: String?, ownGroup: Bool, scheduling: SchedulingClass?
  ) {
    self.log = log
    // unsafe: all calls below write the two local structs, which deinit frees; texts are copied.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    switch self.log {
    case .some(let file):
      unsafe posix_spawn_file_actions_adddup2(&actions, file.number, STDOUT_FILENO)
      unsafe posix_spawn_file_actions_adddup2(&actions, file.number, STDERR_FILENO)
    case .none: break
    }
    // Our own are closed by exec; this is for those we were started with and know nothing of.
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
    if let workingDirectory {
      unsafe posix_spawn_file_actions_addchdir_np(&actions, workingDirectory)
    }
    // Blocked and ignored signals are inherited through exec: undo what SignalSource and the streams did.
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    var flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    if ownGroup {
      unsafe posix_spawnattr_setpgroup(&attributes, 0)
      flags |= Int16(POSIX_SPAWN_SETPGROUP)
    }
    if let scheduling {
      var parameters = scheduling.parameters
      unsafe posix_spawnattr_setschedpolicy(&attributes, scheduling.policy)
      unsafe posix_spawnattr_setschedparam(&attributes, &parameters)
      flags |= Int16(POSIX_SPAWN_SETSCHEDULER)
    }
    unsafe posix_spawnattr_setflags(&attributes, flags)
  }

  deinit {
    var actions = unsafe actions
    var attributes = attributes
    unsafe posix_spawn_file_actions_destroy(&actions)
    unsafe posix_spawnattr_destroy(&attributes)
  }

  /// Starts the program: its process id, or the `errno` of the failure.
  func spawn(_ path: String, _ arguments: [String], _ environment: [String]) -> (pid: Int32, code: Int32) {
    var pid: pid_t = 0
    // unsafe: the lists and texts live until the call returns, and the kernel copies them.
    let argumentList = unsafe SpawnRequest.list(arguments)
    let environmentList = unsafe SpawnRequest.list(environment)
    defer {
      unsafe argumentList.forEach(SpawnRequest.free)
      unsafe environmentList.forEach(SpawnRequest.free)
    }
    var actions = unsafe actions
    var attributes = attributes
    let code = unsafe posix_spawn(&pid, path, &actions, &attributes, argumentList, environmentList)
    return (pid, code)
  }

  /// C's form of a list of texts: pointers, the last of them null.
  private static func list(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    unsafe texts.map { text in unsafe strdup(text) } + [nil]
  }

  private static func free(_ text: UnsafeMutablePointer<CChar>?) {
    unsafe Glibc.free(text)
  }
}
