/// What can happen in the simulated world at a moment.
package enum Happening {
  /// A frame comes to an end of a connection, sent in a generation of it.
  case arrival(connection: Int, toServer: Bool, generation: UInt32, SimulatedConnection.Parcel)
  /// A client tries to connect.
  case attempt(connection: Int)
  /// A connection across which nothing came for long is given up.
  case givingUp(connection: Int, generation: UInt32)
  /// A program is to take a turn; void if another time has been set meanwhile.
  case turn(node: Int, ticket: UInt64)
  /// The supervisor starts a program.
  case start(node: Int)
  /// A fault of the plan begins or ends.
  case fault(Int, isBegin: Bool)
  /// The judges look at what lasts, and the operator at what is to be done.
  case look
}
