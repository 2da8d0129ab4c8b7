/// What a driver knows of a frame besides its bytes and the way it came.
package struct Arrival: Equatable, Sendable {
  /// When it was received, ns UTC.
  package var wallNanos: Int64
  package var principal: Principal

  package init(wallNanos: Int64, principal: Principal = .unknown) {
    self.wallNanos = wallNanos
    self.principal = principal
  }
}

/// Who has sent a frame, as far as its way proves it: from authentication, not from what the frame says.
package enum Principal: Equatable, Sendable {
  /// Nothing is proven: a socket without authentication. The frame is believed as far as its content is.
  case unknown
  /// The component of this number in the topology.
  case component(UInt16)

  /// Whether a frame of this sender can be theirs.
  func mayBe(_ sender: UInt16) -> Bool {
    switch self {
    case .unknown: true
    case .component(let number): number == sender
    }
  }
}
