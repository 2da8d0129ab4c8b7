import CAllocationCounter
import Models
import Testing
import waggle_models

/// Allocations of every streaming model of the bench over so many updates.
private func allocations(updates: Int) throws -> [(name: String, count: Int64)] {
  var result: [(name: String, count: Int64)] = []
  try Bench(count: updates) { name, _, run in
    let before = allocation_count_of_this_thread()
    let checksum = try run()
    result.append((name, allocation_count_of_this_thread() - before))
    #expect(checksum.isFinite)
  }.run()
  return result
}

@Test func updatesOfStreamingModelsAllocateNothing() throws {
  #if DEBUG
    // Without optimisation the compiler boxes what it later keeps in registers; the promise is for release.
    print("skipped: allocations are counted in release builds")
  #else
    // What a model allocates when it is made, or once at the first use of a type, does not grow with the
    // updates.
    let few = try allocations(updates: 2000)
    let many = try allocations(updates: 20_000)
    #expect(few.count == many.count && few.count >= 17)
    for (short, long) in zip(few, many) {
      #expect(short.name == long.name)
      #expect(
        long.count <= short.count, "\(long.name): \(short.count), with ten times the updates \(long.count)")
    }
  #endif
}

@Test func theCounterOfAllocationsCounts() {
  let before = allocation_count_of_this_thread()
  let array = Array(repeating: before, count: 1000)
  #expect(allocation_count_of_this_thread() > before && array.count == 1000)
}
