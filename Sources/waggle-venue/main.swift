import ActorKit
import Captures
import ProcessHost
import Deployment
import Platform
import VenueSimulator

ProcessControl.exit(
  ComponentProgram.exitCode(.venue) { words throws(ProgramFailure) in
    let program = try ComponentProgram.start(.venue, words)
    guard let configuration = VenueSimulator.Configuration(program.component, in: program.topology) else {
      throw .configuration("'\(program.component.name)' cannot be run as the topology describes it")
    }
    if let problem = configuration.problem {
      throw .configuration("'\(program.component.name)' cannot be run: \(problem)")
    }
    let capture: CaptureSource?
    do throws(DeviceError) {
      capture = try CaptureSource(
        program.component, in: program.topology, capturesFolder: Environment.value("WAGGLE_DATA") ?? ".")
    } catch {
      throw .configuration("\(error)")
    }
    try program.run(VenueSimulator(configuration), device: capture)
  })
