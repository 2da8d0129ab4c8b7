import Arguments
import Console
import Platform
import Reports
import Simulation

/// `waggle simulate TOPOLOGY`: the colony's cores in one process, in virtual time.
enum SimulateCommand {
  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let file = try TopologyFile.load(arguments.operands[0], varFolder: "var")
    let topology = try file.applying(try RunCommand.overrides(arguments))
    let seconds: Int64?
    do throws(UsageError) { seconds = try arguments.integer("--for", in: 1...31_536_000) } catch {
      throw CommandFailure(error)
    }
    let handOrders = try HandOrderReading.orders(arguments, in: topology)
    do throws(SimulatedSession.Failure) {
      var session = try SimulatedSession(
        topology, capturesFolder: Environment.value("WAGGLE_DATA") ?? ".")
      session.handOrders = handOrders
      let report = RunReport(try session.run(seconds: seconds))
      Output.write((arguments.has("--json") ? report.json(isPretty: true) : report.text) + "\n")
      return report.isReconciled ? 0 : 1
    } catch {
      throw CommandFailure(.configuration, "\(error)")
    }
  }
}
