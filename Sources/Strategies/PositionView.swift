import Trading
import Wire

/// The executor's truth about the strategy's position: what its own quotes and intents have traded.
public struct PositionView: Equatable, Sendable {
  /// Signed; negative is short.
  public let quantity: Quantity
  /// Of the whole account, with what other strategies and people have of it.
  public let accountQuantity: Quantity
  /// Nil when flat.
  public let averagePrice: Price?
  public let realizedPnl: Money
  /// Paid; negative is earned.
  public let fees: Money
  public let cash: Money
  /// Open quantities of the account at worst case.
  public let workingBid: Quantity
  public let workingAsk: Quantity
  /// Fills of the instrument counted in, whoever's they are.
  public let fillSequence: UInt64

  /// An executor that tells no owners though there were fills is of an older schema: all is taken for the
  /// strategy's.
  package init(_ view: PositionChangedView, of strategy: UInt16) {
    let position = view.block
    let owners = (0..<view.ownersCount).map { view.owner($0) }
    let own = owners.first { $0.strategy == strategy }
    let isTold = own != nil || !owners.isEmpty || position.fillSequence == 0
    accountQuantity = Quantity(raw: position.position)
    quantity = Quantity(raw: isTold ? own?.position ?? 0 : position.position)
    averagePrice = (isTold ? own?.averagePrice : position.averagePrice).map(Price.init(raw:))
    realizedPnl = Money(raw: isTold ? own?.realizedPnl ?? 0 : position.realizedPnl)
    fees = Money(raw: isTold ? own?.fees ?? 0 : position.fees)
    cash = Money(raw: isTold ? own?.cash ?? 0 : position.cash)
    workingBid = Quantity(raw: position.workingBid)
    workingAsk = Quantity(raw: position.workingAsk)
    fillSequence = position.fillSequence
  }

  /// Nothing was traded yet.
  package static var flat: PositionView { PositionView() }

  private init() {
    (quantity, accountQuantity, workingBid, workingAsk) = (.zero, .zero, .zero, .zero)
    (realizedPnl, fees, cash) = (.zero, .zero, .zero)
    averagePrice = nil
    fillSequence = 0
  }
}
