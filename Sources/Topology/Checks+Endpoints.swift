import JSON5

// Where sockets are bound, and whether those who must connect can.

extension TopologyDraft {
  /// Gives endpoints from the host's `ports.base` to components that name none.
  mutating func allotEndpoints() {
    for index in components.indices {
      let draft = components[index]
      guard draft.publish == nil || draft.control == nil, let number = draft.number,
        let hostName = draft.host,
        let host = host(hostName.value)
      else { continue }
      guard let base = host.portBase else {
        reportMissingEndpoints(draft, host)
        continue
      }
      guard
        let allotted = Host.endpoints(address: host.address, portBase: base, number: number.value)
      else {
        problems.report(
          .outOfRange, at: number.place, number.path,
          "component \(number.value) would get a port above 65535 from the base \(base) of '\(host.name)'",
          hint: "give it a smaller number, or its own 'publish' and 'control'")
        continue
      }
      let (place, path) = (draft.place, draft.path)
      components[index].publish =
        draft.publish ?? Located(value: allotted.publish, place: place, path: path)
      components[index].control =
        draft.control ?? Located(value: allotted.control, place: place, path: path)
    }
  }

  private func reportMissingEndpoints(_ draft: ComponentDraft, _ host: Host) {
    // An endpoint that could not be read has been reported already; the keys are absent only if no problem
    // points below this component's endpoints.
    for (key, endpoint) in [("publish", draft.publish), ("control", draft.control)] where endpoint == nil {
      let path = "\(draft.path).\(key)"
      guard !problems.problems.contains(where: { $0.path == path }) else { continue }
      problems.report(
        .missingKey, at: draft.place, path, "the key '\(key)' is missing",
        hint: "give an endpoint, or give host '\(host.name)' ports: { base: 5710 }")
    }
  }

  func checkEndpoints() {
    checkCollisions()
    checkSecurity()
    checkSocketPaths()
    checkReach()
  }

  private func boundEndpoints() -> [(owner: ComponentDraft, endpoint: Located<Endpoint>)] {
    components.flatMap { draft in
      [draft.publish, draft.control].compactMap { endpoint in endpoint.map { (draft, $0) } }
    }
  }

  private func checkCollisions() {
    let bound = boundEndpoints()
    for (index, (owner, endpoint)) in bound.enumerated() {
      let first = bound[..<index].first {
        $0.owner.host?.value == owner.host?.value && Self.collide($0.endpoint.value, endpoint.value)
      }
      guard let first else { continue }
      problems.report(
        .collidingEndpoint, at: endpoint.place, endpoint.path,
        "\(endpoint.value) is bound by '\(first.owner.name)' too, at \(first.endpoint.place)",
        hint: "give each socket its own port or name")
    }
  }

  private static func collide(_ left: Endpoint, _ right: Endpoint) -> Bool {
    guard case .tcp(_, let leftPort) = left, case .tcp(_, let rightPort) = right else { return left == right }
    return leftPort == rightPort && (left == right || left.isWildcard || right.isWildcard)
  }

  private func checkSecurity() {
    guard security.transport?.value == Security.Transport.none else { return }
    let exposed = boundEndpoints().map(\.endpoint).filter { !$0.value.isLocal }
    guard !security.isNetworkTrusted.value else { return warnOfTrust(exposed.map(\.value)) }
    for endpoint in exposed {
      problems.report(
        .insecureEndpoint, at: endpoint.place, endpoint.path,
        "\(endpoint.value) can be reached from other hosts, and nothing protects it",
        hint: "bind 127.0.0.1 or ipc; where everyone on the network may read and command this colony, set "
          + "security: { transport: \"none\", trustedNetwork: true }")
    }
  }

  private func warnOfTrust(_ exposed: [Endpoint]) {
    guard let first = exposed.first else { return }
    let trust = security.isNetworkTrusted
    problems.report(
      .insecureEndpoint, .warning, at: trust.place, trust.path,
      "everyone who can reach \(first) or one of \(exposed.count - 1) other endpoints can read and command "
        + "this colony",
      hint: "only on a network of its own, behind a firewall")
  }

  private func checkSocketPaths() {
    guard let directory = environment.runtimeDirectory else { return }
    for (_, endpoint) in boundEndpoints() {
      guard case .ipc(let name) = endpoint.value else { continue }
      let bytes = Endpoint.socketPath(of: name, in: directory).utf8.count
      guard bytes > Endpoint.maxSocketPathBytes else { continue }
      problems.report(
        .pathTooLong, at: endpoint.place, endpoint.path,
        "the socket's path in \(directory) has \(bytes) bytes; Linux allows \(Endpoint.maxSocketPathBytes)",
        hint: "use a shorter name, or a shorter runtime directory")
    }
  }

  /// Whoever listens to a component on another host needs an address that leads there.
  private func checkReach() {
    let queens = components(of: .queen)
    for component in components {
      var peers = component.inputs.compactMap { self.component($0.value) }
      peers += [component.executor, component.venue].compactMap { $0 }.compactMap { self.component($0.value) }
      // The queen hears everyone, and everyone asks the queen; a relay hears everyone and is heard by none.
      switch component.kind {
      case .queen: peers += components.filter { $0.kind != .queen && $0.kind != .relay }
      case .relay: peers += components.filter { $0.kind != .relay }
      default: peers += queens
      }
      var reported: [String] = []
      for peer in peers where !reported.contains(peer.name) && !canReach(peer, from: component) {
        reported.append(peer.name)
        problems.report(
          .unreachable, at: peer.place, peer.path,
          "'\(component.name)' on host '\(component.host?.value ?? "")' cannot reach '\(peer.name)', "
            + "which is bound on its own host only",
          hint: "bind it at an address of host '\(peer.host?.value ?? "")'")
      }
    }
  }

  private func canReach(_ peer: ComponentDraft, from component: ComponentDraft) -> Bool {
    guard let there = peer.host?.value, let here = component.host?.value, there != here else { return true }
    return [peer.publish, peer.control].allSatisfy { endpoint in
      guard let endpoint = endpoint?.value else { return true }
      if case .ipc = endpoint { return false }
      return !endpoint.isLocal || peer.addresses.contains { $0.host.value == here }
    }
  }
}
