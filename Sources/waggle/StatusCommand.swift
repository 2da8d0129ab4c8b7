import Arguments
import Colony
import Console
import JSON5
import Platform
import Topology
import Vocabulary
import Wire
import ZeroMQ

/// `waggle status`: asks every component how it stands.
enum StatusCommand {
  private static let columns = Columns(16, 12, 7, 14, 14, 10, 13)
  static let timeoutNanos: Int64 = 2_000_000_000

  /// A component's answer, read.
  struct Row {
    let component: Component
    /// `unreachable` or `silent` when there is none.
    let outcome: String
    let figures: SyntaxNode?

    func text(_ key: String) -> String {
      guard let value = figures?[key] else { return "–" }
      return value.string.map(printable) ?? value.integer.map(String.init) ?? "–"
    }

    func integer(_ key: String) -> Int64? { figures?[key]?.integer }
  }

  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let place = try ColonyPlace.find(arguments)
    guard let person = NameText("waggle status") else { preconditionFailure("a name is ASCII") }
    let request = ControlRequest.command(.status, operatorName: person, reason: "")
    let session: ControlClient
    do throws(ZeroMQError) {
      let queen = place.controlEndpoint(of: place.topology.queen)
      session = try ControlClient(.snapshot(of: Topics.session), to: queen)
    } catch {
      throw CommandFailure(.environment, "\(error)")
    }
    session.advance(atBootNanos: Clock.bootNanos())
    let answers = try CommandSending.ask(
      place.topology.components, place, timeoutNanos: timeoutNanos
    ) { _ in request }
    let isQueenThere = answers.contains { $0.component.kind == .queen && $0.result != nil }
    ControlClient.run([session], untilBootNanos: Clock.bootNanos() + (isQueenThere ? timeoutNanos : 0))
    let rows = answers.map { row($0, place) }
    Output.write(
      arguments.has("--json") ? json(place, rows, session.answer) : table(place, rows, session.answer))
    let isWhole = rows.allSatisfy { $0.outcome == "done" }
    return (isWhole ? ExitCode.asAsked : .unreconciled).rawValue
  }

  /// Who answers under this endpoint and is of another colony or run is a stranger, and shown as one.
  private static func row(_ answer: CommandSending.Answer, _ place: ColonyPlace) -> Row {
    if let result = answer.result, !result.colony.isEmpty {
      let meant = place.colonyName(of: answer.component)
      guard result.colony == "\(meant.colony)", meant.run.isEmpty || result.run == "\(meant.run)" else {
        return Row(
          component: answer.component, outcome: "stranger: \(result.whoAnswers)", figures: nil)
      }
    }
    var figures: SyntaxNode?
    if let text = answer.result?.text {
      do throws(SyntaxError) {
        figures = try JSON5Reader.read(text)
      } catch {
        // Not what a component of this version says; its outcome is still worth showing.
        figures = nil
      }
    }
    return Row(component: answer.component, outcome: answer.outcome, figures: figures)
  }

  private static func table(_ place: ColonyPlace, _ rows: [Row], _ session: [UInt8]?) -> String {
    var lines = [sessionLine(place, session)]
    if let line = orphanLine(place) { lines.append(line) }
    lines.append(
      columns.line([
        "component", "state", "epoch", "journal rows", "received", "memory", "subscribers", "endpoint",
      ]))
    for row in rows {
      let memory = row.integer("residentBytes").map { "\($0 >> 20) MiB" } ?? "–"
      let state = row.figures == nil ? row.outcome : row.text("state")
      lines.append(
        columns.line([
          row.component.name, state, row.text("epoch"), row.text("journalRows"), row.text("received"), memory,
          subscribers(of: row, place).map { "\($0)" } ?? "–", place.controlEndpoint(of: row.component),
        ]))
    }
    if let line = ProgramScheduling.line(place) { lines.append(line) }
    for row in rows { lines += StatusReasons.lines(row) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// How many listen to a component's PUB socket, the colony's own among them, as the kernel counts its
  /// connections: whoever is more than the wiring needs would do better at a relay. Nil where it cannot be
  /// told: on another host, or of a Unix socket.
  private static func subscribers(of row: Row, _ place: ColonyPlace) -> Int? {
    guard row.figures != nil, row.component.host == place.host, case .tcp(_, let port) = row.component.publish
    else { return nil }
    return ConnectionTable.accepted(atPort: port)
  }

  /// Programs that nobody looks after, by name.
  private static func orphanLine(_ place: ColonyPlace) -> String? {
    let orphans = orphans(place)
    guard let part = orphans.first?.part else { return nil }
    let names = orphans.map { "\($0.program.name) (process \($0.program.process?.pid ?? 0))" }
    // The run's folder is VAR/COLONY/RUN.
    let varFolder = part.folder.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    let resume =
      "waggle run \(part.topologyFile) --var \(varFolder.joined(separator: "/")) --resume \(part.run)"
    return "ORPHANS: supervisor \(part.supervisor.pid) is gone, and nobody looks after "
      + "\(names.joined(separator: ", ")): `\(resume)` takes them over, `waggle stop` ends the session"
  }

  private static func orphans(
    _ place: ColonyPlace
  ) -> [(part: LivingColony, program: LivingColony.Program)] {
    do throws(FileError) {
      var orphans: [(part: LivingColony, program: LivingColony.Program)] = []
      for part in place.living where try !part.isSupervised {
        for program in try part.livingPrograms { orphans.append((part, program)) }
      }
      return orphans
    } catch {
      Output.error("waggle status: whether somebody supervises the colony cannot be told: \(error)")
      return []
    }
  }

  private static func sessionLine(_ place: ColonyPlace, _ session: [UInt8]?) -> String {
    let colony = "colony '\(place.topology.colony)' (\(place.topology.session.mode.rawValue))"
    guard let session, let state = SessionStateView(session.span.bytes) else {
      return "\(colony): the queen does not tell the session's state"
    }
    let halts = state.halted == 0 ? "" : ", \(state.halted) halts latched"
    return
      "\(colony): \("\(state.state.name)".uppercased()) (\(state.cause.name)), permit \(state.permit.name)"
      + halts
  }

  private static func json(_ place: ColonyPlace, _ rows: [Row], _ session: [UInt8]?) -> String {
    var json = JSONWriter(isPretty: true)
    json.beginObject()
    json.member("colony", place.topology.colony)
    json.member("mode", place.topology.session.mode.rawValue)
    if let folder = place.folder { json.member("run", folder.path) }
    json.key("orphans")
    json.beginArray()
    for orphan in orphans(place) {
      json.beginObject()
      json.member("name", orphan.program.name)
      json.member("pid", Int(orphan.program.process?.pid ?? 0))
      json.member("run", orphan.part.run)
      json.endObject()
    }
    json.endArray()
    json.key("session")
    if let session, let state = SessionStateView(session.span.bytes) {
      json.beginObject()
      json.member("state", "\(state.state.name)")
      json.member("cause", "\(state.cause.name)")
      json.member("permit", "\(state.permit.name)")
      json.member("halted", Int(state.halted))
      json.member("sinceNanos", state.sinceNanos)
      json.endObject()
    } else {
      json.null()
    }
    json.key("components")
    json.beginArray()
    for row in rows {
      json.beginObject()
      json.member("name", row.component.name)
      json.member("number", Int(row.component.number))
      json.member("kind", row.component.kind.rawValue)
      json.member("endpoint", place.controlEndpoint(of: row.component))
      json.member("outcome", row.outcome)
      if let count = subscribers(of: row, place) { json.member("subscribers", count) }
      if let scheduling = ProgramScheduling.of(row.component, place) {
        json.key("scheduling")
        json.beginObject()
        json.member("class", "\(scheduling.scheduling)")
        json.key("processors")
        json.beginArray()
        for processor in scheduling.processors { json.value(processor) }
        json.endArray()
        json.endObject()
      }
      json.key("status")
      json.copy(row.figures)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.text + "\n"
  }
}

extension JSONWriter {
  /// Writes a value that was read, or null. What JSON lacks (infinity) becomes text.
  mutating func copy(_ node: SyntaxNode?) {
    switch node?.value {
    case nil, .null: null()
    case .bool(let flag): value(flag)
    case .string(let text): value(text)
    case .number(let number):
      if let plain = number.plainDecimal, Self.isPlainDecimal(plain) {
        value(decimal: plain)
      } else {
        value(number.text)
      }
    case .array(let elements):
      beginArray()
      for element in elements { copy(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(member.key)
        copy(member.value)
      }
      endObject()
    }
  }
}
