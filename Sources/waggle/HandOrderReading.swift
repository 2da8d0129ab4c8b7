import Arguments
import Console
import Simulation
import Topology
import Trading

/// Reads `--hand-order SECONDS:SIDE:QUANTITY:INSTRUMENT[:ACCOUNT]`.
enum HandOrderReading {
  static func orders(
    _ arguments: Arguments, in topology: Topology
  ) throws(CommandFailure) -> [SimulatedHandOrder] {
    do throws(UsageError) {
      var orders: [SimulatedHandOrder] = []
      for text in arguments.list("--hand-order") { orders.append(try order(text, in: topology)) }
      return orders
    } catch { throw CommandFailure(error) }
  }

  private static func order(
    _ text: String, in topology: Topology
  ) throws(UsageError) -> SimulatedHandOrder {
    let words = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (4...5).contains(words.count) else { throw refusal(text, "it has \(words.count) parts") }
    guard let seconds = Int64(words[0]), (0...31_536_000).contains(seconds) else {
      throw refusal(text, "'\(words[0])' are no seconds after LIVE")
    }
    guard let side = ["buy": Side.buy, "sell": .sell][words[1]] else {
      throw refusal(text, "'\(words[1])' is neither buy nor sell")
    }
    let quantity: Quantity
    do throws(DecimalError) { quantity = try Quantity.parse(words[2]) } catch {
      throw refusal(text, "'\(words[2])' is no quantity: \(error)")
    }
    guard quantity.isPositive else { throw refusal(text, "'\(words[2])' is no quantity above zero") }
    guard let instrument = topology.instruments.first(where: { $0.name.description == words[3] }) else {
      let known = topology.instruments.map(\.name.description).joined(separator: ", ")
      throw refusal(text, "'\(words[3])' is none of \(known)")
    }
    let account = try account(words.count > 4 ? words[4] : nil, of: text, in: topology)
    return SimulatedHandOrder(
      afterSeconds: seconds, account: account.number, instrument: instrument.number, side, quantity)
  }

  private static func account(
    _ name: String?, of text: String, in topology: Topology
  ) throws(UsageError) -> Account {
    let traded = topology.accounts.filter { account in
      topology.components(of: .executor).contains { $0.account == account.name }
    }
    let names = traded.map(\.name).joined(separator: ", ")
    guard let name else {
      guard traded.count == 1 else { throw refusal(text, "it must name an account: \(names)") }
      return traded[0]
    }
    guard let account = traded.first(where: { $0.name == name }) else {
      throw refusal(text, "'\(name)' is none of the accounts that are traded: \(names)")
    }
    return account
  }

  private static func refusal(_ text: String, _ why: String) -> UsageError {
    UsageError(
      "--hand-order \(text): \(why)", hint: "SECONDS:SIDE:QUANTITY:INSTRUMENT, as 60:buy:0.01:BTCUSDT.SIM")
  }
}
