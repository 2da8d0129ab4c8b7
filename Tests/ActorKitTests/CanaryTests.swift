import ActorKit
import Testing

@Suite struct CanaryTests {
  #if CANARIES
    /// In a process of its own: the choice is the whole process's.
    @Test func theOneChosenSingsAlone() async {
      await #expect(processExitsWith: .success) {
        for canary in Canary.allCases {
          Canary.choose(canary)
          let singing = Canary.allCases.filter { Canary.isSinging($0) }
          precondition(singing == [canary], "\(singing) sing instead of \(canary)")
        }
        Canary.choose(nil)
        precondition(!Canary.allCases.contains { Canary.isSinging($0) }, "a canary sings unasked")
      }
    }
  #else
    @Test(arguments: Canary.allCases) func noneSingsInABuildWithoutThem(canary: Canary) {
      #expect(!Canary.isSinging(canary))
    }
  #endif

  @Test func eachIsChosenByAWordOfItsOwn() {
    #expect(Canary(rawValue: "epoch-not-raised") == .epochNotRaised)
    #expect(Canary(rawValue: "epochNotRaised") == nil)
  }
}
