import Arguments
import Colony
import Console
import Platform
import Topology

/// `waggle run --realtime`: the rights, the plan, and what a person is told of them.
enum RealtimeStart {
  /// Nil where it is not asked for; refuses where it is asked for and cannot be had.
  static func plan(_ arguments: Arguments, _ components: [Component]) throws(CommandFailure) -> RealtimePlan?
  {
    guard arguments.has("--realtime") else { return nil }
    let (rights, processors) = try own()
    let bound: String
    do throws(Realtime.Refusal) { bound = try Realtime.check(rights, processors: processors.count) } catch {
      throw CommandFailure(error.exitCode, "--realtime: \(error)")
    }
    let plan = RealtimePlan(components, processors: processors)
    Output.error("realtime: \(plan.description); \(bound)")
    return plan
  }

  private static func own() throws(CommandFailure) -> (RealtimeRights, [Int]) {
    do throws(Platform.SystemError) { return (try RealtimeRights.own(), try Processors.allowed()) } catch {
      throw CommandFailure(.environment, "--realtime: \(error)")
    }
  }

  /// Before the first socket: its thread inherits the class.
  static func begin() throws(CommandFailure) {
    do throws(Platform.SystemError) { try Realtime.begin() } catch {
      throw CommandFailure(.environment, "--realtime: \(error)")
    }
  }

  /// What comes after the session, the report first of all, must not hold anybody up.
  static func end() {
    do throws(Platform.SystemError) { try Realtime.end() } catch {
      Output.error("waggle run: goes on in the real-time class: \(error)")
    }
  }

  static func noteChange(from earlier: RunManifest, to manifest: RunManifest) {
    guard earlier.isRealtime, !manifest.isRealtime else { return }
    Output.error(
      "NOTE: this run was begun with --realtime and goes on without; what still lives of it keeps its class")
  }
}
