import ActorKit
import HostKit
import Testing

/// What a host keeps of its inputs is what a reader finds, and nothing else is taken for it.
@Suite struct KeptTurnTests {
  @Test(arguments: UInt64(1)...30) func whatIsGivenIsFoundInItsOrder(seed: UInt64) throws {
    var inputs = RandomInputs(seed: seed)
    let history = inputs.history(turns: 20)
    for place in history.turns.indices {
      let turn = try KeptTurn(history.turns[place])
      #expect(turn.inputs == history.given[place], "seed \(seed), turn \(place)")
      #expect(turn.hash == history.hashes[place], "seed \(seed), turn \(place)")
      #expect(turn.poisoned == history.poisoned[place], "seed \(seed), turn \(place)")
      #expect(turn.opening == (place == 0 ? .start : place == 19 ? .last : .begin))
    }
  }

  @Test func theChainTellsTurnsThatAreLeftOutOrChangePlaces() throws {
    var inputs = RandomInputs(seed: 4)
    let history = inputs.history(turns: 6)
    var chain = history.head.state
    for bytes in history.turns {
      let turn = try KeptTurn(bytes)
      chain = turn.hash.chained(after: chain)
      #expect(turn.chain == chain)
    }
    #expect(history.hashes[1].chained(after: 0) != history.hashes[1].chained(after: 1))
  }

  @Test(arguments: UInt64(1)...4) func aTurnThatEndsEarlyIsRefused(seed: UInt64) throws {
    var inputs = RandomInputs(seed: seed)
    let history = inputs.history(turns: 8)
    for bytes in history.turns {
      let whole = try KeptTurn(bytes)
      for count in bytes.indices {
        do throws(RestoreError) {
          let shorter = try KeptTurn(Array(bytes[..<count]))
          // What comes after the hash may be missing: a process that dies there has had its turn.
          #expect(shorter.hash == whole.hash && shorter.inputs.count < whole.inputs.count)
        } catch { continue }
      }
    }
  }

  @Test func noBytesMakeAReaderTrap() throws {
    var inputs = RandomInputs(seed: 7)
    let history = inputs.history(turns: 8)
    var refused = 0
    for round in 0..<4_000 {
      var bytes = history.turns[round % history.turns.count]
      let flips = inputs.bytes(3)
      for flip in flips { bytes[Int(flip) * 7 % bytes.count] ^= 1 << (flip % 8) }
      if round % 4 == 0 { bytes = inputs.bytes(round % 97) }
      do throws(RestoreError) { _ = try KeptTurn(bytes) } catch { refused += 1 }
    }
    #expect(refused > 1_000)
  }
}
