import Colony
import Console
import Telemetry
import Trading
import Wire

/// The monitor's picture of a colony: plain lines.
package enum MonitorTable {
  package static func lines(_ view: ColonyView, atBootNanos now: Int64, wallNanos: Int64) -> [String] {
    var lines = [header(view, atBootNanos: now, wallNanos: wallNanos), ""]
    lines += members(view, atBootNanos: now)
    lines += denied(view)
    lines += relays(view, atBootNanos: now)
    lines += [""] + markets(view, atBootNanos: now)
    lines += [""] + holdings(view, atBootNanos: now)
    lines += [""] + news(view)
    return lines
  }

  private static func header(_ view: ColonyView, atBootNanos now: Int64, wallNanos: Int64) -> String {
    let time = UTCText.text(unixNanos: wallNanos).prefix(19)
    let colony = "colony \(view.topology.colony) (\(view.topology.session.mode.rawValue))  \(time)Z"
    guard let session = view.session else { return "\(colony)  session not heard" }
    let halts = session.halted == 0 ? "" : "  HALTED \(session.halted)"
    guard view.knownSession(atBootNanos: now) != nil else {
      let age = max(0, now - view.sessionHeardBootNanos) / 1_000_000_000
      return "\(colony)  session unknown (\(age) s ago: \("\(session.state.name)".uppercased())\(halts))  "
        + "permit unknown"
    }
    return "\(colony)  \("\(session.state.name)".uppercased()) (\(session.cause.name))  permit "
      + "\(session.permit.name)  degradations \(session.degradations)  interruptions \(session.interruptions)"
      + halts
  }

  private static func members(_ view: ColonyView, atBootNanos now: Int64) -> [String] {
    let columns = Columns(18, 12, 9, 7, 9, 10, 7, 9, 9)
    var lines = [
      columns.line([
        "component", "state", "beat", "epoch", "restarts", "msgs/s", "cpu %", "memory", "orders/s",
      ])
    ]
    for member in view.members {
      guard member.lastBeatBootNanos != 0 else {
        let isLeftOut = member.kind == .relay && member.number != view.relay
        lines.append(columns.line([member.name, isLeftOut ? "not listened to" : "not heard"]))
        continue
      }
      let age = max(0, now - member.lastBeatBootNanos) / 1_000_000
      // Four missed beats are a dead peer (docs/ARCHITECTURE.md, section 9).
      let state = age > 1000 ? "SILENT" : "\(member.state.name)"
      let orders = member.kind == .executor ? number(member.ordersPerSecond, places: 1) : ""
      lines.append(
        columns.line([
          member.name, state, "\(age) ms", "\(member.epoch)", "\(member.restarts)",
          number(member.messagesPerSecond, places: 0), number(member.cpuPercent, places: 1),
          "\(member.residentBytes >> 20) MiB", orders,
        ]))
    }
    return lines
  }

  /// The checks by which an executor's own gate held most back; what they mean says docs/CHECKS.md.
  private static func denied(_ view: ColonyView) -> [String] {
    view.members.filter { !$0.denied.isEmpty }.map { member in
      let most = member.denied.sorted { $0.count > $1.count }.prefix(5)
      let others = member.denied.count > most.count ? ", others" : ""
      return "\(member.name) held back since boot: "
        + most.map { "\(printable($0.check)) \($0.count)" }.joined(separator: ", ") + others
    }
  }

  private static func relays(_ view: ColonyView, atBootNanos now: Int64) -> [String] {
    var lines = view.relays.map { relay in
      let name = view.topology.component(number: relay.number)?.name ?? "\(relay.number)"
      let status = relay.status
      let refused = status.subscriptionsRefused == 0 ? "" : ", \(status.subscriptionsRefused) refused"
      return "\(name): \(status.observers) observers, \(status.subscriptions) subscriptions\(refused), "
        + "\(status.framesCarried) messages carried, \(status.framesMissed) missed"
    }
    if let silent = view.silentRelay(atBootNanos: now) {
      lines.append(
        "\(silent.name) is not heard, and all comes through it: waggle-monitor --direct listens to the "
          + "publishers themselves")
    }
    return lines
  }

  private static func markets(_ view: ColonyView, atBootNanos now: Int64) -> [String] {
    let columns = Columns(18, 14, 14, 14, 14, 10)
    var lines = [columns.line(["instrument", "bid", "ask", "mid", "vol bps/√s", "feed"])]
    for market in view.markets {
      lines.append(
        columns.line([
          market.instrument.name.description, price(market.top?.bidPrice), price(market.top?.askPrice),
          price(market.metrics?.mid), number(market.metrics?.volatilityBps, places: 2),
          view.isSilent(market.feed, atBootNanos: now) ? "SILENT" : market.state.map { "\($0.name)" } ?? "–",
        ]))
    }
    return lines
  }

  private static func holdings(_ view: ColonyView, atBootNanos now: Int64) -> [String] {
    guard !view.holdings.isEmpty else { return ["no positions heard"] }
    let columns = Columns(18, 18, 14, 14, 14, 14, 12, 10)
    var lines = [
      columns.line([
        "account", "instrument", "position", "average", "realised", "unrealised", "fees", "fills",
      ])
    ]
    for holding in view.holdings {
      let names = [holding.account.name, holding.instrument.name.description]
      guard let position = holding.position else {
        lines.append(columns.line(names + ["unknown", "–", "–", "–", "–", "–"]))
        continue
      }
      let isOld = view.isSilent(holding.executor, atBootNanos: now)
      lines.append(
        columns.line(
          names + [
            "\(Quantity(raw: position.position))\(isOld ? "?" : "")", price(position.averagePrice),
            money(position.realizedPnl), view.unrealizedPnl(of: holding).map { money($0.raw) } ?? "–",
            money(position.fees), "\(position.fillSequence)",
          ]))
    }
    if view.holdings.contains(where: { $0.position != nil && view.isSilent($0.executor, atBootNanos: now) }) {
      lines.append("? as its executor said before it fell silent")
    }
    return lines
  }

  private static func news(_ view: ColonyView) -> [String] {
    let missed = view.missedNews.map { AlarmLedger.text(missed: $0.count, of: $0.name) }
    guard !view.news.isEmpty || !missed.isEmpty else { return ["no alarms, no safety events"] }
    return missed
      + view.news.map { news in
        "\(UTCText.text(unixNanos: news.atNanos).dropFirst(11).prefix(8)) \(printable(news.text))"
      }
  }

  private static func price(_ raw: Int64?) -> String { raw.map { "\(Price(raw: $0))" } ?? "–" }

  /// Money to the hundredth, which is what eyes compare; the report has all digits.
  private static func money(_ raw: Int64) -> String {
    let hundredths = (raw.magnitude + 500_000) / 1_000_000
    let cents = hundredths % 100
    return "\(raw < 0 && hundredths > 0 ? "-" : "")\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents)"
  }

  /// A figure with so many places; – for none or one that is no number.
  static func number(_ value: Double?, places: Int) -> String {
    guard let value, value.isFinite, value.magnitude < 1e12 else { return "–" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int64((value.magnitude * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(scaled)" }
    let digits = String(scaled)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
  }
}
