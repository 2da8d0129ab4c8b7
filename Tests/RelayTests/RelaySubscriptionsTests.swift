import Relay
import Testing

/// What observers may make the publishers carry.
@Suite struct RelaySubscriptionsTests {
  private func take(_ subscriptions: inout RelaySubscriptions, _ bytes: [UInt8]) -> RelaySubscriptions.Verdict
  {
    subscriptions.take(bytes.span.bytes)
  }

  @Test("The first of equal subscriptions is passed on, and its end; what is unknown is not")
  func firstAndLast() {
    var subscriptions = RelaySubscriptions()
    let prefix = Array("market.top.".utf8)
    #expect(take(&subscriptions, [0] + prefix) == .drop)
    #expect(take(&subscriptions, [1] + prefix) == .passOn)
    #expect(take(&subscriptions, [1] + prefix) == .drop)
    #expect(subscriptions.count == 1)
    #expect(take(&subscriptions, [0] + prefix) == .passOnEnd)
    #expect(take(&subscriptions, [0] + prefix) == .drop)
    #expect(subscriptions.count == 0)
  }

  @Test("A prefix longer than a topic is refused and counted, and so is its end")
  func tooLong() {
    var subscriptions = RelaySubscriptions()
    let longest = [UInt8](repeating: 65, count: 64)
    #expect(take(&subscriptions, [1] + longest) == .passOn)
    #expect(take(&subscriptions, [1] + longest + [65]) == .drop)
    #expect(take(&subscriptions, [0] + longest + [65]) == .drop)
    #expect(subscriptions.refusedCount == 1)
  }

  @Test("Beyond the bound nothing is passed on until something has ended")
  func bound() {
    var subscriptions = RelaySubscriptions()
    for number in 0..<RelaySubscriptions.most {
      #expect(take(&subscriptions, [1] + Array("\(number)".utf8)) == .passOn)
    }
    #expect(take(&subscriptions, [1, 66]) == .drop)
    #expect(subscriptions.refusedCount == 1)
    #expect(take(&subscriptions, [0] + Array("17".utf8)) == .passOnEnd)
    #expect(take(&subscriptions, [1, 66]) == .passOn)
    #expect(subscriptions.count == RelaySubscriptions.most)
  }

  @Test("Any bytes are taken without a trap, and what is no subscription is counted")
  func anything() {
    var random = Seeded()
    var subscriptions = RelaySubscriptions()
    for _ in 0..<20_000 { _ = take(&subscriptions, random.bytes(0...70)) }
    #expect(subscriptions.strayCount > 10_000, Seeded.hint)
    #expect(subscriptions.count <= RelaySubscriptions.most)
  }

  @Test("A topic is covered exactly when one of the prefixes begins it")
  func covering() {
    var random = Seeded()
    for _ in 0..<2_000 {
      var subscriptions = RelaySubscriptions()
      // Two letters, so that prefixes and topics meet often.
      let prefixes = (0..<3).map { _ in random.bytes(0...4).map { $0 % 2 } }
      for prefix in prefixes { _ = take(&subscriptions, [1] + prefix) }
      let topic = random.bytes(0...6).map { $0 % 2 }
      #expect(
        subscriptions.covers(topic.span.bytes) == prefixes.contains { topic.starts(with: $0) },
        "\(prefixes) \(topic) \(Seeded.hint)")
    }
  }
}
