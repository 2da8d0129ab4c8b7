import ProcessHost
import Deployment
import RiskAdjuster
import Platform

ProcessControl.exit(
  ComponentProgram.exitCode(.risk) { words throws(ProgramFailure) in
    let program = try ComponentProgram.start(.risk, words)
    guard let configuration = RiskAdjuster.Configuration(program.component, in: program.topology) else {
      throw .configuration("'\(program.component.name)' cannot be run as the topology describes it")
    }
    try program.run(RiskAdjuster(configuration))
  })
