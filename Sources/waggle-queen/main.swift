import ProcessHost
import Deployment
import QueenOrchestrator
import Platform

ProcessControl.exit(
  ComponentProgram.exitCode(.queen) { words throws(ProgramFailure) in
    let program = try ComponentProgram.start(.queen, words)
    guard let configuration = QueenOrchestrator.Configuration(program.component, in: program.topology) else {
      throw .configuration("'\(program.component.name)' cannot be run as the topology describes it")
    }
    try program.run(QueenOrchestrator(configuration))
  })
