import Platform
import Testing
import ZeroMQ

@Suite struct EndpointTests {
  @Test func aFreePortIsToldByLastEndpoint() throws {
    let socket = try Socket(.pub, .stream)
    #expect(socket.lastEndpoint == "")
    try socket.bind("tcp://127.0.0.1:*")
    #expect(socket.lastEndpoint.hasPrefix("tcp://127.0.0.1:"))
    #expect(!socket.lastEndpoint.hasSuffix("*"))
  }

  @Test func aTakenPortIsAddressInUse() throws {
    let second = try Socket(.router, .session())
    let taken: String
    do {
      let first = try Socket(.pub, .stream)
      try first.bind("tcp://127.0.0.1:*")
      taken = first.lastEndpoint
      #expect(throws: ZeroMQError.addressInUse(endpoint: taken)) { try second.bind(taken) }
      #expect(first.lastEndpoint == taken)
    }
    // The listener is closed by the I/O thread, a moment later.
    let deadline = Clock.bootNanos() + patienceNanos
    var error: ZeroMQError? = .addressInUse(endpoint: taken)
    while error != nil, Clock.bootNanos() < deadline {
      error = bindError(second, taken)
      TestLink.pauseMillis(2)
    }
    #expect(error == nil)
  }

  private func bindError(_ socket: borrowing Socket, _ endpoint: String) -> ZeroMQError? {
    do throws(ZeroMQError) {
      try socket.bind(endpoint)
      return nil
    } catch {
      return error
    }
  }

  @Test func anAbstractNameIsAddressInUseButAPathIsTakenOver() throws {
    try withTemporaryFolder { folder in
      let name = "ipc://@waggle-test\(folder)"
      let first = try Socket(.router, .session())
      let second = try Socket(.router, .session())
      try first.bind(name)
      #expect(throws: ZeroMQError.addressInUse(endpoint: name)) { try second.bind(name) }
      // Documented at `bind`: this is why paths are bound only under a lock.
      try first.bind("ipc://\(folder)/socket")
      try second.bind("ipc://\(folder)/socket")
    }
  }

  @Test(arguments: [
    "", "nonsense", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:notaport", "http://127.0.0.1:80", "ipc://",
    "tcp://127.0.0.1:5\u{0}6",
  ])
  func nonsenseIsAnInvalidEndpoint(_ endpoint: String) throws {
    let socket = try Socket(.pub, .stream)
    #expect(throws: ZeroMQError.invalidEndpoint(endpoint: endpoint)) { try socket.bind(endpoint) }
  }

  @Test func aPathTooLongIsAnInvalidEndpoint() throws {
    let socket = try Socket(.pub, .stream)
    let endpoint = "ipc:///tmp/" + String(repeating: "x", count: 120)
    #expect(throws: ZeroMQError.invalidEndpoint(endpoint: endpoint)) { try socket.bind(endpoint) }
    #expect(throws: ZeroMQError.invalidEndpoint(endpoint: endpoint)) { try socket.connect(endpoint) }
  }

  @Test func anAddressOfAnotherHostIsNotAvailable() throws {
    let socket = try Socket(.pub, .stream)
    // 192.0.2.0/24 is set aside for documentation (RFC 5737): no host has it.
    #expect(throws: ZeroMQError.addressNotAvailable(endpoint: "tcp://192.0.2.1:5555")) {
      try socket.bind("tcp://192.0.2.1:5555")
    }
    #expect(throws: ZeroMQError.addressNotAvailable(endpoint: "tcp://nosuchif0:5555")) {
      try socket.bind("tcp://nosuchif0:5555")
    }
  }

  @Test func aMissingFolderIsNotFound() throws {
    try withTemporaryFolder { folder in
      let socket = try Socket(.pub, .stream)
      let endpoint = "ipc://\(folder)/missing/socket"
      #expect(throws: ZeroMQError.notFound(endpoint: endpoint)) { try socket.bind(endpoint) }
    }
  }

  @Test func everyErrorSaysWhere() {
    let endpoint = "tcp://10.0.0.1:5555"
    let errors: [ZeroMQError] = [
      .addressInUse(endpoint: endpoint), .addressNotAvailable(endpoint: endpoint),
      .invalidEndpoint(endpoint: endpoint), .notFound(endpoint: endpoint),
      .permissionDenied(endpoint: endpoint),
    ]
    for error in errors { #expect(error.description.contains(endpoint)) }
    #expect(ZeroMQError.tooManyOpenFiles.description.contains("ulimit"))
  }
}
