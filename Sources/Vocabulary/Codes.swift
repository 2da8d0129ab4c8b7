import Trading
import Wire

// The wire's enumerations in Trading's terms and back. A code this program does not know gives nil: the
// message is refused, never guessed at.

extension SideCode {
  @inlinable
  public init(_ side: Side) { self = side == .buy ? .buy : .sell }
}

extension Side {
  @inlinable
  public init?(_ code: SideCode) {
    switch code {
    case .buy: self = .buy
    case .sell: self = .sell
    case .unrecognized: return nil
    }
  }
}

extension OrdTypeCode {
  @inlinable
  public init(_ type: OrderType) {
    switch type {
    case .market: self = .market
    case .limit: self = .limit
    case .stop: self = .stop
    }
  }
}

extension OrderType {
  @inlinable
  public init?(_ code: OrdTypeCode) {
    switch code {
    case .market: self = .market
    case .limit: self = .limit
    case .stop: self = .stop
    case .unrecognized: return nil
    }
  }
}

extension TimeInForceCode {
  @inlinable
  public init(_ timeInForce: TimeInForce) {
    switch timeInForce {
    case .gtc: self = .goodTillCancel
    case .ioc: self = .immediateOrCancel
    case .fok: self = .fillOrKill
    }
  }
}

extension TimeInForce {
  @inlinable
  public init?(_ code: TimeInForceCode) {
    switch code {
    case .goodTillCancel: self = .gtc
    case .immediateOrCancel: self = .ioc
    case .fillOrKill: self = .fok
    case .unrecognized: return nil
    }
  }
}

extension LiquidityCode {
  @inlinable
  public init(_ liquidity: LiquidityIndicator) { self = liquidity == .maker ? .maker : .taker }
}

extension LiquidityIndicator {
  @inlinable
  public init?(_ code: LiquidityCode) {
    switch code {
    case .maker: self = .maker
    case .taker: self = .taker
    case .unrecognized: return nil
    }
  }
}
