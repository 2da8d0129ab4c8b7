import CZeroMQ
import Glibc
import Synchronization

/// ZeroMQ's I/O thread and the sockets that belong to it.
///
/// One per process, `Context.shared`: two contexts with encryption can crash each other's teardown in
/// 4.3.4. It is never torn down by itself, because processes stop by exiting: their journal, not a queue,
/// holds what must not be lost. A tool that sets `lingerMillis` calls `terminate()` before it exits.
///
/// Signals: ZeroMQ's threads block all of them, and they are also blocked while the threads are started, so
/// no handler ever runs there. A process that reads signals by `SignalSource` creates it before its first
/// socket, so that threads it starts itself inherit the blocked set.
@safe public final class Context: Sendable {
  /// The context of this process.
  public static let shared = Context()

  /// Sockets open at once, in the process. One more is `ZeroMQError.tooManyOpenFiles`.
  public static let maxSockets: Int32 = 512

  /// ZeroMQ's contexts are thread-safe, which the compiler cannot know of a raw pointer.
  private nonisolated(unsafe) let raw: UnsafeMutableRawPointer
  private let state = Mutex(State())

  private struct State {
    var openSockets = 0
    var isTerminated = false
  }

  package init() {
    guard let created = unsafe zmq_ctx_new() else {
      preconditionFailure("zmq_ctx_new: \(errorText(zmq_errno()))")
    }
    unsafe raw = created
    set(ZMQ_IO_THREADS, 1)
    set(ZMQ_MAX_SOCKETS, Context.maxSockets)
    set(ZMQ_IPV6, 0)
  }

  /// Waits until every closed socket's messages have left or its linger time is over, then ends the I/O
  /// thread. No socket may be open, and none may be created afterwards.
  public func terminate() {
    state.withLock { state in
      precondition(state.openSockets == 0, "bug: \(state.openSockets) sockets open at Context.terminate()")
      precondition(!state.isTerminated, "bug: Context.terminate() called twice")
      state.isTerminated = true
    }
    // unsafe: the flag above keeps every later use away from the freed context.
    while unsafe zmq_ctx_term(raw) != 0 {
      precondition(zmq_errno() == EINTR, "zmq_ctx_term: \(errorText(zmq_errno()))")
    }
  }

  /// A socket handle. Balanced by `closeSocket`.
  func openSocket(_ kind: SocketKind) throws(ZeroMQError) -> UnsafeMutableRawPointer {
    let (handle, code) = unsafe state.withLock { state -> (UnsafeMutableRawPointer?, CInt) in
      precondition(!state.isTerminated, "bug: a socket created after Context.terminate()")
      // The first socket starts ZeroMQ's threads. They block all signals themselves, but a moment after
      // they start; a signal in that moment could run a handler there. Threads inherit the mask, so it is
      // closed.
      var all = sigset_t()
      var previous = sigset_t()
      // unsafe: the C calls read and write the two local sets and keep nothing of them.
      unsafe sigfillset(&all)
      unsafe pthread_sigmask(SIG_SETMASK, &all, &previous)
      let handle = unsafe zmq_socket(raw, kind.rawValue)
      let code = zmq_errno()
      unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
      if unsafe handle != nil { state.openSockets += 1 }
      return unsafe (handle, code)
    }
    guard let handle = unsafe handle else {
      throw ZeroMQError(code: code, function: "zmq_socket", endpoint: "\(kind)")
    }
    return unsafe handle
  }

  func closeSocket(_ handle: UnsafeMutableRawPointer) {
    let closed = unsafe zmq_close(handle) == 0
    precondition(closed, "bug: zmq_close: \(errorText(zmq_errno()))")
    state.withLock { $0.openSockets -= 1 }
  }

  private func set(_ option: CInt, _ value: CInt) {
    let done = unsafe zmq_ctx_set(raw, option, value) == 0
    precondition(done, "zmq_ctx_set(\(option), \(value)): \(errorText(zmq_errno()))")
  }

  package func get(_ option: Int32) -> Int32 {
    unsafe zmq_ctx_get(raw, option)
  }
}
