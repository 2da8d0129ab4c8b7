import ProcessHost
import Testing

struct KeptEpochsTests {
  @Test func startsWithoutAFileAreNamedInRanges() {
    #expect(KeptEpochs([]).gaps(upTo: 0) == [])
    #expect(KeptEpochs([]).gaps(upTo: 3) == [1...3])
    #expect(KeptEpochs([3, 1, 2]).gaps(upTo: 3) == [])
    #expect(KeptEpochs([1, 5]).gaps(upTo: 4) == [2...4])
    #expect(KeptEpochs([2, 4]).gaps(upTo: 7) == [1...1, 3...3, 5...7])
    #expect(KeptEpochs([.max]).gaps(upTo: .max) == [1...(.max - 1)])
  }
}
