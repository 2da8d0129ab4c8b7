import ProcessHost
import Deployment
import SignalGenerator
import Platform

ProcessControl.exit(
  ComponentProgram.exitCode(.signal) { words throws(ProgramFailure) in
    let program = try ComponentProgram.start(.signal, words)
    guard let configuration = SignalGeneratorConfiguration(program.component, in: program.topology) else {
      throw .configuration("'\(program.component.name)' cannot be run as the topology describes it")
    }
    let problems = BuiltInSignalGenerator.problems(in: configuration)
    guard problems.isEmpty else {
      throw .configuration("'\(program.component.name)' cannot be run: \(problems.joined(separator: "; "))")
    }
    try program.run(BuiltInSignalGenerator(configuration))
  })
