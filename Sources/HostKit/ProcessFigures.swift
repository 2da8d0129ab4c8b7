/// A process's memory and processor time, as its driver sees them.
package struct ProcessFigures: Equatable, Sendable {
  package var residentBytes: Int64
  package var cpuNanos: Int64

  package init(residentBytes: Int64, cpuNanos: Int64) {
    self.residentBytes = residentBytes
    self.cpuNanos = cpuNanos
  }
}
