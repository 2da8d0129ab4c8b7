import ProcessHost
import Deployment
import FeedAggregator
import Platform

ProcessControl.exit(
  ComponentProgram.exitCode(.feed) { words throws(ProgramFailure) in
    let program = try ComponentProgram.start(.feed, words)
    guard let configuration = FeedAggregator.Configuration(program.component, in: program.topology) else {
      throw .configuration("'\(program.component.name)' cannot be run as the topology describes it")
    }
    if let problem = configuration.problem {
      throw .configuration("'\(program.component.name)' cannot be run: \(problem)")
    }
    try program.run(FeedAggregator(configuration))
  })
