import Glibc

/// What the operating system refused outside the file system: no more descriptors, no such process.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was attempted, for the reader of a message: "timerfd_create".
  public let operation: String
  /// The `errno` value.
  public let code: Int32

  /// EPERM: the right is missing.
  public static let notPermitted = EPERM

  public init(operation: String, code: Int32) {
    self.operation = operation
    self.code = code
  }

  public var description: String {
    "\(operation): \(systemErrorText(code))"
  }
}

/// The text the C library has for an `errno` value, with the number: "No space left on device (errno 28)".
public func systemErrorText(_ code: Int32) -> String {
  // unsafe: the C library writes a terminated text into our buffer, which is safe from any thread, unlike
  // the shared one of strerror.
  let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String in
    unsafe buffer.initialize(repeating: 0)
    guard let start = buffer.baseAddress, unsafe strerror_r(code, start, buffer.count) == 0 else {
      return "unknown error"
    }
    return unsafe String(cString: start)
  }
  return "\(text) (errno \(code))"
}
