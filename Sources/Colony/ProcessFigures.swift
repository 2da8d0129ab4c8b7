/// This process's memory and processor time, for programs beside the host; 0 where the system does not tell.
package struct ProcessFigures: Sendable {
  package let residentBytes: Int64
  package let cpuNanos: Int64

  package static func own() -> ProcessFigures {
    let usage = ProcessUsage.own()
    return ProcessFigures(
      residentBytes: max(0, usage?.residentBytes ?? 0), cpuNanos: max(0, usage?.cpuNanos ?? 0))
  }
}
