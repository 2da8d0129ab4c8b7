import Testing
import Trading
import Vocabulary
import Wire

@Suite struct VenueCapabilitiesMessageTests {
  private typealias Capabilities = Trading.VenueCapabilities

  private func message(_ capabilities: Capabilities = .simulated) -> Wire.VenueCapabilities {
    Wire.VenueCapabilities(capabilities, account: 3, envelope: Envelope())
  }

  @Test func everyValueSurvivesTheWire() {
    var random = SplitMix64(seed: 6)
    for _ in 0..<500 {
      var value = Capabilities.simulated
      value.orderTypes = Capabilities.OrderTypes(rawValue: UInt16(random.below(8)))
      value.timesInForce = Capabilities.TimesInForce(rawValue: UInt16(random.below(8)))
      value.execInsts = Capabilities.ExecInsts(rawValue: UInt8(random.below(4)))
      value.orderLists = Capabilities.OrderLists(rawValue: UInt8(random.below(2)))
      value.amend = Capabilities.Amend.allCases[Int(random.below(3))]
      value.clientIDs = Capabilities.ClientIDs(
        longest: Int(random.below(100)),
        characters: Capabilities.ClientIDs.Characters(rawValue: UInt8(random.below(16))),
        rule: Capabilities.ClientIDs.Rule.allCases[Int(random.below(2))])
      value.recvWindowNanos = Int64(random.below(1 << 40)) + 1
      value.doubt = Capabilities.Doubt.allCases[Int(random.below(3))]
      if value.doubt != .window, random.below(2) == 0 { value.recvWindowNanos = nil }
      value.deadMan =
        random.below(3) == 0
        ? nil
        : Capabilities.DeadMan(
          shortestNanos: 1 + Int64(random.below(5)), longestNanos: 5 + Int64(random.below(1 << 40)),
          kills: Capabilities.DeadMan.Orders(rawValue: UInt8(random.below(4))))
      value.counts.openOrders = random.below(2) == 0 ? nil : Int(random.below(1 << 20))
      value.counts.conditionalOrders = random.below(2) == 0 ? nil : Int(random.below(1 << 20))
      value.messageBudget =
        random.below(2) == 0
        ? nil
        : Capabilities.MessageBudget(
          perSecond: 1 + Int64(random.below(1 << 20)), burst: 1 + Int64(random.below(1 << 20)))
      #expect(Capabilities(message(value)) == value)
    }
  }

  @Test func whatANewerProgramAddsSaysNothingAndCountsAsTheLeast() {
    var newer = message()
    newer.orderTypes = OrdTypeCodes(rawValue: 0xFFFB)
    newer.execInsts = ExecInst(rawValue: 0xFD)
    newer.orderLists = OrderListCodes(rawValue: 0xFE)
    newer.amend = .unrecognized
    newer.doubt = .unrecognized
    let value = Capabilities(newer)
    #expect(value?.orderTypes == [.market, .limit] && value?.execInsts == [.postOnly])
    #expect(value?.orderLists.isEmpty == true && value?.amend == Capabilities.Amend.none)
    #expect(value?.doubt == Capabilities.Doubt.none)
  }

  @Test func whatMakesNoSenseIsRefused() {
    func isRefused(_ change: (inout Wire.VenueCapabilities) -> Void) -> Bool {
      var changed = message()
      change(&changed)
      return Capabilities(changed) == nil
    }
    #expect(!isRefused { _ in })
    #expect(isRefused { $0.recvWindowNanos = 0 } && isRefused { $0.recvWindowNanos = -.max })
    #expect(isRefused { $0.recvWindowNanos = nil }, "a doubt that a window ends, and no window")
    #expect(isRefused { $0.shortestDeadManNanos = nil } && isRefused { $0.longestDeadManNanos = nil })
    #expect(isRefused { $0.shortestDeadManNanos = 0 } && isRefused { $0.shortestDeadManNanos = .max })
    #expect(isRefused { $0.messagesPerSecond = 5 } && isRefused { $0.messageBurst = 5 })
    #expect(
      isRefused {
        $0.messagesPerSecond = 5
        $0.messageBurst = 0
      })
  }
}
