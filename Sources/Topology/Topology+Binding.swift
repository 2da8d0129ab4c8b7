extension Topology {
  /// The account a component serves as its journal is bound to it: its name, and whether its money is real;
  /// empty for a component that serves none.
  public func accountBinding(of component: Component) -> String {
    guard let account = component.account.flatMap({ account(named: $0) }) else { return "" }
    return binding(account)
  }

  /// The same for every account, by number.
  public var accountBindings: [String] { accounts.map(binding) }

  private func binding(_ account: Account) -> String {
    "\(account.name) (\(account.isLive ? "live" : "simulated"))"
  }
}
