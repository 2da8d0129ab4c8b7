import Wire

/// Whose host it is: what it calls itself towards others.
package struct HostIdentity: Sendable {
  /// The component's name and number in the topology.
  package var name: String
  package var number: UInt16
  /// The colony and the run, as commands and answers name them.
  package var colony: ColonyName
  /// What the program calls itself in sessions.
  package var build: NameText
  package var processID: Int32

  package init(name: String, number: UInt16, colony: ColonyName, build: NameText, processID: Int32) {
    self.name = name
    self.number = number
    self.colony = colony
    self.build = build
    self.processID = processID
  }
}
