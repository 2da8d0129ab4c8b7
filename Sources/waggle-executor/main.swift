import ProcessHost
import Deployment
import OrderExecutor
import Platform

ProcessControl.exit(
  ComponentProgram.exitCode(.executor) { words throws(ProgramFailure) in
    let program = try ComponentProgram.start(.executor, words)
    guard let configuration = OrderExecutor.Configuration(program.component, in: program.topology) else {
      throw .configuration("'\(program.component.name)' cannot be run as the topology describes it")
    }
    // Held until the process ends: nobody else on this host trades the account meanwhile.
    let fence = try program.takeAccountFence()
    try program.run(OrderExecutor(configuration))
    fence.release()
  })
