import Arguments
import Colony
import Console
import JSON5
import Platform
import Topology
import Vocabulary
import Wire
import ZeroMQ

/// `waggle-monitor`: watches a colony from anywhere, and writes nothing.
package enum Monitor {
  static let syntax = Syntax(
    "waggle-monitor",
    options: [
      .value("--colony", "NAME", "the living colony of this name, where several live on this host"),
      .value("--run", "DIR|ID", "a run's folder, or the id of a living one; default: the one that lives"),
      .value("--topology", "FILE", "the colony of this file, instead of a run's"),
      .value("--host", "NAME", "the host this is called on, as the topology names it; default: its only one"),
      .value("--port-base", "N", "with --topology: the colony was started with this port base"),
      .value("--var", "DIR", "only runs kept here; default: every living one, else the newest below var"),
      .flag("--direct", "listen to the publishers themselves, not to the colony's relay"),
      .flag("--once", "look for a second, print, end"),
      .flag("--json", "every message as a line of JSON"),
      .list("--topic", "PREFIX", "with --json: only topics that begin so, such as market.top."),
    ])

  static let help = """
    waggle-monitor watches a colony: its components, markets, positions and alarms.

    \(syntax.usage)

    \(syntax.optionHelp)

    Any number of monitors may watch a colony. Where it has a relay they listen to that, and cost the
    publishers nothing; without one, or with --direct, each publisher sends to each of them. Ctrl-C ends.

    """

  /// How often the table is drawn: on a terminal, and where nobody sits.
  static let terminalNanos: Int64 = 250_000_000
  static let plainNanos: Int64 = 5_000_000_000
  static let onceNanos: Int64 = 1_000_000_000

  package static func run(_ words: [String]) -> Int32 {
    if words.contains("--help") || words.contains("-h") {
      Output.write(help)
      return 0
    }
    FilePrivacy.begin()
    do throws(CommandFailure) {
      return try watch(words)
    } catch {
      Output.error("waggle-monitor: \(error.message)")
      return error.exitCode
    }
  }

  private static func watch(_ words: [String]) throws(CommandFailure) -> Int32 {
    let arguments: Arguments
    do throws(UsageError) { arguments = try syntax.parse(words) } catch { throw CommandFailure(error) }
    guard arguments.has("--json") || !arguments.has("--topic") else {
      throw CommandFailure(UsageError("--topic chooses among lines of JSON", hint: "add --json"))
    }
    let signals: SignalSource
    // The terminal going away, Ctrl-C, SIGTERM: as data, so that the terminal is left as it was.
    do throws(Platform.SystemError) { signals = try SignalSource([1, 2, 15]) } catch {
      throw CommandFailure(.environment, "\(error)")
    }
    let place = try ColonyPlace.find(arguments)
    let relay = arguments.has("--direct") ? nil : place.topology.relay(seenFrom: place.host)
    let deadline = arguments.has("--once") ? Clock.bootNanos() + onceNanos : Int64.max
    if arguments.has("--json") {
      let prefixes = arguments.list("--topic")
      let ear = try MonitorEar(
        place, relay: relay, prefixes: prefixes.isEmpty ? [""] : prefixes)
      printLines(ear, signals, untilBootNanos: deadline)
    } else {
      let ear = try MonitorEar(place, relay: relay, prefixes: MonitorEar.tablePrefixes)
      let view = ColonyView(
        place.topology, through: relay?.number, atBootNanos: Clock.bootNanos())
      drawTable(ear, signals, view, untilBootNanos: deadline)
    }
    return 0
  }

  /// Every message as one line, its topic first.
  private static func printLines(
    _ ear: MonitorEar, _ signals: borrowing SignalSource, untilBootNanos deadline: Int64
  ) {
    var lines: [UInt8] = []
    while Clock.bootNanos() < deadline, signals.next() == nil {
      ear.wait(signals, untilBootNanos: deadline)
      ear.drain { topic, body in append(topic, body, to: &lines) }
      guard !lines.isEmpty else { continue }
      guard StandardOutput.write(String(decoding: lines, as: UTF8.self)) == .written else { return }
      lines.removeAll(keepingCapacity: true)
    }
  }

  /// Appends `{"topic":"…", …the message…}`. What cannot be read has nothing to show.
  package static func append(_ topic: RawSpan, _ body: RawSpan, to lines: inout [UInt8]) {
    guard let name = Topic(received: topic) else { return }
    var message: [UInt8] = []
    guard WireJSON.append(body, to: &message) == nil else { return }
    var head = JSONWriter()
    head.value(name.description)
    lines += "{\"topic\":".utf8
    lines += head.bytes
    lines += ",".utf8
    // The message is an object of its own; its members follow the topic's.
    lines += message.dropFirst()
    lines.append(UInt8(ascii: "\n"))
  }

  private static func drawTable(
    _ ear: MonitorEar, _ signals: borrowing SignalSource, _ view: consuming ColonyView,
    untilBootNanos deadline: Int64
  ) {
    let isOnce = deadline != .max
    let isTerminal = Terminal.isTTY(1) && !isOnce
    var view = view
    var nextDraw = isOnce ? deadline : Clock.bootNanos() + terminalNanos
    if isTerminal { _ = StandardOutput.write(Terminal.clear + Terminal.hideCursor) }
    defer { if isTerminal { _ = StandardOutput.write(Terminal.showCursor + "\n") } }
    while signals.next() == nil {
      ear.wait(signals, untilBootNanos: min(nextDraw, deadline, view.questionsBootNanos))
      let (now, wall) = (Clock.bootNanos(), Clock.wallNanos())
      let hasReadAll = ear.drain { _, body in view.take(body, atBootNanos: now, wallNanos: wall) }
      ear.ask(view.takeQuestions(atBootNanos: now, hasReadAll: hasReadAll), atBootNanos: now)
      for (place, frame) in ear.takeAnswers(atBootNanos: now) {
        view.takeAnswer(to: place, frame.span.bytes, atBootNanos: now, wallNanos: wall)
      }
      guard now >= nextDraw else { continue }
      nextDraw = now + (isTerminal ? terminalNanos : plainNanos)
      let lines = MonitorTable.lines(view, atBootNanos: now, wallNanos: Clock.wallNanos())
      guard StandardOutput.write(picture(lines, isTerminal)) == .written, now < deadline else { return }
    }
  }

  /// Repaints in place; what does not fit on the screen is cut, so that nothing scrolls.
  private static func picture(_ lines: [String], _ isTerminal: Bool) -> String {
    guard isTerminal else { return lines.joined(separator: "\n") + "\n\n" }
    let size = Terminal.size(1) ?? (columns: 200, rows: 100)
    let shown = lines.prefix(size.rows - 1).map { String($0.prefix(size.columns - 1)) + Terminal.clearLine }
    return Terminal.home + shown.joined(separator: "\n") + "\n" + Terminal.clearBelow
  }
}
