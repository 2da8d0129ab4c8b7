import Platform
import ProcessHost
import Relay

ProcessControl.exit(
  ComponentProgram.exitCode(.relay) { words throws(ProgramFailure) in try RelayProgram.run(words) })
